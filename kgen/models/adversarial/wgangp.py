from typing import Any

import keras

from kgen import checks, losses
from kgen.engine.checks import check_no_batch_norm
from kgen.models.adversarial.wasserstein import WassersteinGame
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class WGANGP(WassersteinGame):
    """Wasserstein GAN with gradient penalty: the critic pays where its slope differs from 1.

        discriminator f(G(z)) − f(x) + λ (‖∇f(x̂)‖ − 1)²,   z ~ N(0, I)
                      x̂ = u x + (1 − u) G(z),   u ~ U(0, 1)
        generator     −f(G(z))

    u is drawn once per value; the norm is over all numbers of a value. Each of the critic's
    ``n_critic`` plays takes its own part of a batch: ``batch_size=320`` is the paper's 64.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model without BatchNorm, scaled values to an unbounded number (n, 1).
        gp_weight: float ≥ 0, λ, weight of the gradient penalty.
        n_critic: int ≥ 1, plays of the critic per play of G.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if the critic has BatchNorm, ``gp_weight`` is negative, ``n_critic`` is below 1,
            or a batch is smaller than ``n_critic``.

    Example:
        >>> model = WGANGP.from_shape((28, 28, 1))
        >>> model.compile()  # Adam(1e-4, beta_1=0.0, beta_2=0.9) for both
        >>> model.fit(images, batch_size=320, epochs=50)  # float32 in [0, 1]
        >>> model.generate(64).shape
        (64, 28, 28, 1)

    Reference:
        Gulrajani et al., Improved Training of Wasserstein GANs, 2017, arXiv:1704.00028
    """

    scalars: tuple[str, ...] = (*WassersteinGame.scalars, "gradient_penalty")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        gp_weight: float = 10.0,
        n_critic: int = 5,
        **options: Any,
    ):
        check_no_batch_norm(discriminator)
        super().__init__(generator, discriminator, n_critic, **options)
        checks.check_weights(gp_weight=gp_weight)
        self.gp_weight = gp_weight

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9)

    def discriminator_objective(
        self, x: Tensor, fakes: Tensor, *labels: Tensor, training: bool = True
    ) -> Tensor:
        loss = super().discriminator_objective(x, fakes, *labels, training=training)
        between = self.between(x, fakes, training)

        def judged(values):
            return self.judge(values, *labels, training=training)

        slopes = self.input_gradient(judged, between)
        return loss + self.gp_weight * self.score(
            "gradient_penalty", losses.gradient_penalty(slopes)
        )
