from typing import Any, Self

import keras

from kgen import networks
from kgen.fields import Grid
from kgen.models.adversarial.gan import GAN


@keras.saving.register_keras_serializable("kgen")
class DCGAN(GAN):
    """Deep convolutional GAN: the game of ``GAN`` with convolutional networks that train stably.

    Strided convolutions replace pooling. BatchNorm is in all layers but G's output and D's input.
    G uses ReLU, D LeakyReLU with slope 0.2. Weights start from N(0, 0.02²); the optimizer is
    Adam(2e-4, beta_1=0.5). Kernels have size 4 instead of the paper's 5: the stride divides 4,
    which avoids checkerboard artefacts.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to the logit of being real (n, 1).
        **options: ``saturating``, ``label_smoothing``, ``label_noise`` of ``GAN``; ``fields``,
            ``seed``, ``ema_decay``, ``name``.

    Raises:
        ValueError: if ``label_smoothing`` or ``label_noise`` is out of range.

    Example:
        >>> model = DCGAN.from_shape((64, 64, 3))
        >>> model.compile()
        >>> model.fit(images, batch_size=128, epochs=25)  # float32 in [0, 1]
        >>> model.generate(64).shape
        (64, 64, 64, 3)

    Reference:
        Radford, Metz & Chintala, Unsupervised Representation Learning with Deep Convolutional
        Generative Adversarial Networks, 2016, arXiv:1511.06434
    """

    @classmethod
    def from_fields(
        cls,
        x: Grid,
        latent_dim: int = 100,
        width: int = 64,
        dropout: float = 0.0,
        noise: float = 0.0,
        stain: float = 0.0,
        **options: Any,
    ) -> Self:
        """A DCGAN for images, volumes or curves; D has ``dropout`` and input ``noise``.

        ``stain``: the jitter of a ``RandomStain`` in front of D.
        """
        x = x.bounded()
        players = networks.players(x, latent_dim, width, dropout, noise, stain=stain)
        return cls(*players, fields={"x": x}, **options)
