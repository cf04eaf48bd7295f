import keras

from kgen import networks
from kgen.engine import checks
from kgen.models.adversarial.gan import GAN


@keras.saving.register_keras_serializable("kgen")
class CGAN(GAN):
    """Conditional GAN: G draws the class it is told, and D, told the same class, judges whether that is one of it.

        discriminator −log D(x, y) − log(1 − D(G(z, y), y)),   z ~ N(0, I), y the labels of the batch
        generator     −log D(G(z, y), y)

    D never names a class, as that of ``ACGAN`` does: an image of the wrong one is to it just another fake.

    Args:
        generator: built model, codes (n, latent_dim) and labels (n,) to images in ``pixel_range``.
        discriminator: built model, images and labels to the logit of being real (n, 1).
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        saturating, label_smoothing, label_noise, pixel_range: as in ``GAN``.
        **options: ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``label_smoothing``, ``label_noise`` or ``pixel_range`` is out of range, or labels are missing or
            out of range.

    Example:
        >>> model = CGAN.from_shape((28, 28, 1), num_classes=10)
        >>> model.compile()
        >>> model.fit(images, labels, epochs=20)  # float32 in [-1, 1], whole numbers
        >>> model.generate(64, labels=3)

    Reference:
        Mirza & Osindero, Conditional Generative Adversarial Nets, 2014, arXiv:1411.1784
    """

    def __init__(
        self, generator, discriminator, num_classes, saturating=False, label_smoothing=0.0, label_noise=0.0,
        pixel_range=(-1.0, 1.0), **options,
    ):  # fmt: skip
        super().__init__(generator, discriminator, saturating, label_smoothing, label_noise, pixel_range, **options)
        checks.check_sizes(num_classes=num_classes)
        self.num_classes = num_classes

    def call(self, inputs, training=False):
        z, y = inputs
        return self.generator([z, y], training=training)

    def judge(self, x, y, training):
        return self.discriminator([x, y], training=training)

    @classmethod
    def from_shape(
        cls, image_shape, num_classes, latent_dim=100, width=64, dropout=0.0, noise=0.0, pixel_range=(-1.0, 1.0),
        **options,
    ):  # fmt: skip
        """A CGAN with DCGAN's networks, every layer of which is told the label as one constant channel a class."""
        checks.check_sizes(num_classes=num_classes)
        players = networks.conv_players(image_shape, latent_dim, width, dropout, noise, pixel_range, num_classes)
        return cls(*players, num_classes, pixel_range=pixel_range, **options)
