from typing import Any, Self

import keras

from kgen import networks
from kgen.fields import Label, Numeric
from kgen.models.adversarial.conditional_game import ConditionalGame
from kgen.models.adversarial.gan import GAN


@keras.saving.register_keras_serializable("kgen")
class CGAN(ConditionalGame, GAN):
    """Conditional GAN: G draws a given class; D judges whether a value is a real one of that class.

        discriminator −log D(x, y) − log(1 − D(G(z, y), y)),   z ~ N(0, I)
        generator     −log D(G(z, y), y)

    y are the labels of the batch. Unlike the D of ``ACGAN``, this D does not predict classes: a
    value of the wrong class is just another fake.

    Args:
        generator: built model, latents (n, latent_dim) and labels (n,) to scaled values (n, …).
        discriminator: built model, scaled values and labels to the logit of being real (n, 1).
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        saturating, label_smoothing, label_noise: as in ``GAN``.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``label_smoothing`` or ``label_noise`` is out of range, or labels are
            missing or out of range.

    Example:
        >>> model = CGAN.from_shape((28, 28, 1), num_classes=10)
        >>> model.compile()
        >>> model.fit(images, labels, epochs=20)  # float32 in [0, 1], whole numbers
        >>> model.generate(64, labels=3).shape
        (64, 28, 28, 1)

    Reference:
        Mirza & Osindero, Conditional Generative Adversarial Nets, 2014, arXiv:1411.1784
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        num_classes: int,
        saturating: bool = False,
        label_smoothing: float = 0.0,
        label_noise: float = 0.0,
        **options: Any,
    ):
        super().__init__(
            generator,
            discriminator,
            num_classes,
            saturating=saturating,
            label_smoothing=label_smoothing,
            label_noise=label_noise,
            **options,
        )

    @classmethod
    def from_fields(
        cls,
        x: Numeric,
        y: Label,
        latent_dim: int = 100,
        width: int = 64,
        dropout: float = 0.0,
        noise: float = 0.0,
        stain: float = 0.0,
        **options: Any,
    ) -> Self:
        """A CGAN with DCGAN's networks; each layer gets the label as one constant map per class.

        ``stain``: the jitter of a ``RandomStain`` in front of D.
        """
        x = x.bounded()
        players = networks.players(
            x, latent_dim, width, dropout, noise, y.num_classes, stain
        )
        return cls(*players, y.num_classes, fields={"x": x, "y": y}, **options)
