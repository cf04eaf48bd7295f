from typing import Any, Self

import keras

from kgen import checks, losses, networks
from kgen.fields import Numeric
from kgen.models.adversarial.game import Game
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class LSGAN(Game):
    """Least-squares GAN: D fits target numbers, so even fakes that D accepts still have a gradient.

        discriminator ½ (D(x) − b)² + ½ (D(G(z)) − a)²,   z ~ N(0, I)
        generator     ½ (D(G(z)) − c)²

    D has no sigmoid. If the fakes match the images, the best D says ½ (a + b) everywhere; with the
    targets a, b, c = 0, 1, 1, D then pays ¼ and G pays ⅛. With b − c = 1 and b − a = 2, such as
    a, b, c = −1, 1, 0, the game minimises Pearson's χ² divergence.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to an unbounded number (n, 1).
        a: float, D's target for fakes.
        b: float, D's target for real images, greater than a.
        c: float, G's target for D's output on the fakes.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if a target is no finite number, or a is not below b.

    Example:
        >>> model = LSGAN.from_shape((28, 28, 1))
        >>> model.compile()
        >>> model.fit(images, batch_size=128, epochs=25)  # float32 in [0, 1]
        >>> model.generate(64).shape
        (64, 28, 28, 1)

    Reference:
        Mao et al., Least Squares Generative Adversarial Networks, 2017, arXiv:1611.04076
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        a: float = 0.0,
        b: float = 1.0,
        c: float = 1.0,
        **options: Any,
    ):
        super().__init__(generator, discriminator, **options)
        _check_codes(a, b, c)
        self.a, self.b, self.c = a, b, c
        self.boundary = (a + b) / 2

    def discriminator_loss(
        self, real_values: Tensor, fake_values: Tensor, training: bool = True
    ) -> Tensor:
        """D's loss, given its outputs for real images and for fakes."""
        real_loss = self.score(
            "real_loss", losses.least_squares_loss(real_values, self.b)
        )
        return real_loss + self.score(
            "fake_loss", losses.least_squares_loss(fake_values, self.a)
        )

    def generator_loss(self, fake_values: Tensor) -> Tensor:
        """G's loss, given D's outputs for the fakes."""
        return self.score(
            "adversarial_loss", losses.least_squares_loss(fake_values, self.c)
        )

    @classmethod
    def from_fields(
        cls,
        x: Numeric,
        latent_dim: int = 100,
        width: int = 64,
        dropout: float = 0.0,
        noise: float = 0.0,
        **options: Any,
    ) -> Self:
        """An LSGAN with DCGAN's networks, dense for vectors; D has ``dropout`` and ``noise``."""
        x = x.bounded()
        players = networks.players(x, latent_dim, width, dropout, noise)
        return cls(*players, fields={"x": x}, **options)


def _check_codes(a, b, c):
    """Raises unless the targets are finite numbers and a, for fakes, is below b, for images."""
    for name, value in (("a", a), ("b", b), ("c", c)):
        checks.check_number(name, value, -1e6, 1e6)
    if a >= b:
        raise ValueError(
            f"a={a!r}, the code of fakes, is not below b={b!r}, that of images. "
            "Use 0 and 1, or -1 and 1."
        )
