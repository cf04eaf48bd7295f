from typing import Any

import keras

from kgen import checks
from kgen.engine.adversarial import clip_weights
from kgen.models.adversarial.wasserstein import WassersteinGame


@keras.saving.register_keras_serializable("kgen")
class WGAN(WassersteinGame):
    """Wasserstein GAN: the critic's weights are clipped, which bounds its slope.

        discriminator f(G(z)) − f(x),   then w ← clip(w, −c, c) for each of its weights
        generator     −f(G(z)),   z ~ N(0, I)

    The clipping is a constraint on the critic's variables, so it ends every step of the critic's
    optimizer. Each of the critic's ``n_critic`` plays takes its own part of a batch:
    ``batch_size=320`` is the paper's 64.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model without BatchNorm, scaled values to an unbounded number (n, 1).
        clip: float > 0, c, the largest weight of the critic.
        n_critic: int ≥ 1, plays of the critic per play of G.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``clip`` is not above 0, ``n_critic`` is below 1, or a batch is smaller
            than ``n_critic``.

    Example:
        >>> model = WGAN.from_shape((28, 28, 1))
        >>> model.compile()  # RMSprop(5e-5) for both
        >>> model.fit(images, batch_size=320, epochs=50)  # float32 in [0, 1]
        >>> model.generate(64).shape
        (64, 28, 28, 1)

    Reference:
        Arjovsky, Chintala & Bottou, Wasserstein GAN, 2017, arXiv:1701.07875
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        clip: float = 0.01,
        n_critic: int = 5,
        **options: Any,
    ):
        super().__init__(generator, discriminator, n_critic, **options)
        checks.check_positive(clip=clip)
        self.clip = clip
        clip_weights(discriminator, clip)

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        return keras.optimizers.RMSprop(5e-5)
