from typing import Any, Self

import keras
from keras import ops

from kgen import checks, losses, networks
from kgen.fields import Numeric
from kgen.models.adversarial.game import Game
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class GAN(Game):
    """Generative adversarial network: G learns to draw values that D cannot tell from real ones.

        discriminator −log D(x) − log(1 − D(G(z))),   z ~ N(0, I)
        generator     −log D(G(z)), or log(1 − D(G(z))) if saturating

    Before the first step the losses are at their equilibrium: 2 ln 2 for D, ln 2 for G. ``loss``,
    the sum of both, only shows whether a game fails. So there is no ``monitor``, and the best model
    of a run is its last.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to the logit of being real (n, 1).
        saturating: bool, whether G plays the zero-sum game, whose gradient vanishes where D
            recognises the fakes.
        label_smoothing: float in [0, 0.5], s: the target for real images is 1 − s.
        label_noise: float in [0, 0.5], share of the real images, and of the fakes, whose targets
            are swapped in D's loss, drawn anew in every step. This keeps D from being sure.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``label_smoothing`` or ``label_noise`` is out of range.

    Example:
        >>> model = GAN.from_shape((28, 28, 1))
        >>> model.compile()
        >>> model.fit(images, epochs=50)  # float32 in [0, 1], (n, 28, 28, 1)
        >>> model.generate(64).shape
        (64, 28, 28, 1)

    Reference:
        Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        saturating: bool = False,
        label_smoothing: float = 0.0,
        label_noise: float = 0.0,
        **options: Any,
    ):
        super().__init__(generator, discriminator, **options)
        checks.check_flags(saturating=saturating)
        checks.check_number("label_smoothing", label_smoothing, 0.0, 0.5)
        checks.check_number("label_noise", label_noise, 0.0, 0.5)
        self.saturating = saturating
        self.label_smoothing = label_smoothing
        self.label_noise = label_noise

    def discriminator_loss(
        self, real_logits: Tensor, fake_logits: Tensor, training: bool = True
    ) -> Tensor:
        """D's loss, given its logits for real images and for fakes."""
        real_loss = losses.real_loss(
            real_logits, self.smoothing(real_logits, self.label_smoothing, training)
        )
        fake_loss = losses.fake_loss(
            fake_logits, self.smoothing(fake_logits, 0.0, training)
        )
        return self.score("real_loss", real_loss) + self.score("fake_loss", fake_loss)

    def smoothing(self, logits: Tensor, share: float, training: bool) -> Tensor | float:
        """How far each target moves to the other side: by ``share``, or fully where noise swaps."""
        if not training or not self.label_noise:
            return share
        draws = self.noise((ops.shape(logits)[0],), training, keras.random.uniform)
        return ops.where(draws < self.label_noise, 1.0, share)

    def generator_loss(self, fake_logits: Tensor) -> Tensor:
        """G's loss, given D's logits for the fakes."""
        loss = losses.saturating_loss if self.saturating else losses.generator_loss
        return self.score("adversarial_loss", loss(fake_logits))

    @classmethod
    def from_fields(
        cls,
        x: Numeric,
        latent_dim: int = 10,
        width: int = 256,
        dropout: float = 0.3,
        **options: Any,
    ) -> Self:
        """A GAN with dense networks, whose hidden layers are 1, 2 and 4 times ``width`` wide."""
        latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
        checks.check_fractions(dropout=dropout)
        x = x.bounded()
        generator = networks.dense_generator(x.shape, latent_dim, width, x.limits)
        discriminator = networks.dense_discriminator(x.shape, width, dropout)
        return cls(generator, discriminator, fields={"x": x}, **options)
