from typing import Any, Self

import keras
from keras import ops

from kgen import checks, networks
from kgen.engine.growing_adam import GrowingAdam
from kgen.fields import Image
from kgen.models.adversarial.growing import GrowingGame
from kgen.networks.progressive import as_sharp, averaged, drawn, judged
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class ProgressiveGAN(GrowingGame):
    """Progressive GAN: both networks begin at 4 × 4 pixels and double in size as they learn.

        discriminator f(G(z)) − f(x) + λ (‖∇f(x̂)‖ − 1)² + ε f(x)²,   z ~ N(0, I)
        generator     −f(G(z))

    A size is trained alone for ``stable_epochs``. Then the next size fades in for ``fade_epochs``:
    a value is (1 − α) times the smaller one, repeated, plus α times the new one, for α from 0 to 1.
    Real values are averaged likewise. ``level`` is the number of doublings so far plus α; it is
    saved with the model. A step computes the layers of its size only. Samples of every stage have
    the size of the images. The term in ε keeps f near 0.

    Args:
        generator: built ``kgen.networks.progressive_generator``.
        discriminator: built ``kgen.networks.progressive_critic``.
        stable_epochs: int ≥ 1, epochs of a size before the next fades in.
        fade_epochs: int ≥ 1, epochs of a fade.
        drift_weight: float ≥ 0, ε.
        gp_weight: float ≥ 0, λ of ``WGANGP``.
        n_critic: int ≥ 1, plays of the critic per play of G.
        ema_decay: float in [0, 1), of the averaged weights that draw samples.
        **options: ``fields``, ``seed``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if an argument is out of range, the sides of the images are not 4 times a power
            of two, or a play of the critic has fewer than 4 values.

    Example:
        >>> model = ProgressiveGAN.from_shape((32, 32, 1))
        >>> model.compile()  # GrowingAdam(1e-3, beta_1=0.0, beta_2=0.99) for both
        >>> model.fit(images, batch_size=32, epochs=20)  # 12 epochs of growth; float32 in [0, 1]
        >>> model.generate(64)

    Reference:
        Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        2018, arXiv:1710.10196
    """

    scalars = (*GrowingGame.scalars, "drift", "level")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        stable_epochs: int = 2,
        fade_epochs: int = 2,
        drift_weight: float = 1e-3,
        gp_weight: float = 10.0,
        n_critic: int = 1,
        ema_decay: float | None = 0.999,
        **options: Any,
    ):
        own = {"gp_weight": gp_weight, "n_critic": n_critic, "ema_decay": ema_decay}
        super().__init__(
            generator, discriminator, stable_epochs, fade_epochs, **own, **options
        )
        checks.check_weights(drift_weight=drift_weight)
        self.drift_weight = drift_weight

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        return GrowingAdam(1e-3, beta_1=0.0, beta_2=0.99, epsilon=1e-8)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        return self._drawn(inputs, self.size(training=False))

    def judge(self, x: Tensor, *labels: Tensor, training: bool = True) -> Tensor:
        _, fades = self.size(training)
        return judged(self.discriminator.get_layer, x, self.levels(x), fades)

    def generate_fakes(
        self, x: Tensor, *labels: Tensor, training: bool = True
    ) -> Tensor:
        z = self.noise((ops.shape(x)[0], self.latent_dim), training)
        return self._drawn(z, self.size(training))

    def critic_objective(
        self, x: Tensor, *labels: Tensor, training: bool = True
    ) -> Tensor:
        level, (side, fades) = self.levels(x), self.size(training)
        self.score("level", level)
        reals = as_sharp(self.generator.get_layer, averaged(x, side), level, fades)
        fakes = self.generate_fakes(x, training=training)
        return self.discriminator_objective(reals, fakes, training=training)

    def discriminator_loss(
        self, real_values: Tensor, fake_values: Tensor, training: bool = True
    ) -> Tensor:
        drift = self.score("drift", ops.square(real_values[:, 0]))
        loss = super().discriminator_loss(real_values, fake_values, training)
        return loss + self.drift_weight * drift

    def _drawn(self, z, size):
        return drawn(self.generator.get_layer, z, self.levels(z), *size)

    @classmethod
    def from_fields(
        cls,
        x: Image,
        latent_dim: int = 100,
        width: int = 32,
        max_width: int = 128,
        **options: Any,
    ) -> Self:
        """For square images; maps of their size have ``width`` channels, coarser ones more."""
        (latent_dim,) = checks.check_sizes(latent_dim=latent_dim)
        x = x.bounded()
        generator = networks.progressive_generator(
            x.shape, latent_dim, width, max_width
        )
        critic = networks.progressive_critic(x.shape, width, max_width)
        return cls(generator, critic, fields={"x": x}, **options)
