import keras
from keras import ops

from kgen import checks, losses, networks
from kgen.fields import Numeric
from kgen.models.adversarial.game import Game


@keras.saving.register_keras_serializable("kgen")
class GAN(Game):
    """Generative adversarial network: G learns to draw what D cannot tell from the images.

        discriminator −log D(x) − log(1 − D(G(z))),   z ~ N(0, I)
        generator     −log D(G(z)), or log(1 − D(G(z))) if saturating

    Before the first step, when neither knows anything, the losses stand at their equilibrium (ln 2, 2 ln 2 for D). So
    ``loss``, the sum of what both pay, is there to see a game fail; there is no ``monitor``, and a run's best model is
    its last.

    Args:
        generator: built model, codes (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to the logit of being real (n, 1).
        saturating: bool, whether G plays the zero-sum game, whose gradient vanishes where D knows the fakes.
        label_smoothing: float in [0, 0.5], s: real images are taken to be real with probability 1 − s.
        label_noise: float in [0, 0.5], the share of images, and of fakes, that D is trained to take for the other kind,
            drawn anew in every step; it keeps D from being sure.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``label_smoothing`` or ``label_noise`` is out of range.

    Example:
        >>> model = GAN.from_shape((28, 28, 1))
        >>> model.compile()
        >>> model.fit(images, epochs=50)  # float32 in [0, 1], (n, 28, 28, 1)
        >>> model.generate(64)

    Reference:
        Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661
    """

    def __init__(
        self,
        generator,
        discriminator,
        saturating=False,
        label_smoothing=0.0,
        label_noise=0.0,
        **options,
    ):
        super().__init__(generator, discriminator, **options)
        checks.check_number("label_smoothing", label_smoothing, 0.0, 0.5)
        checks.check_number("label_noise", label_noise, 0.0, 0.5)
        self.saturating = saturating
        self.label_smoothing = label_smoothing
        self.label_noise = label_noise

    def discriminator_loss(self, real_logits, fake_logits, training=True):
        """What D pays for telling images from fakes, given its logits of both."""
        real_loss = losses.real_loss(
            real_logits, self.smoothing(real_logits, self.label_smoothing, training)
        )
        fake_loss = losses.fake_loss(fake_logits, self.smoothing(fake_logits, 0.0, training))
        return self.score("real_loss", real_loss) + self.score("fake_loss", fake_loss)

    def smoothing(self, logits, share, training):
        """How far each image is to be taken for the other kind: by ``share``, or all the way where noise says so."""
        if not training or not self.label_noise:
            return share
        draws = self.noise((ops.shape(logits)[0],), training, keras.random.uniform)
        return ops.where(draws < self.label_noise, 1.0, share)

    def generator_loss(self, fake_logits):
        """What G pays for D's opinion of its fakes, given the logits."""
        loss = losses.saturating_loss if self.saturating else losses.generator_loss
        return self.score("adversarial_loss", loss(fake_logits))

    @classmethod
    def from_fields(cls, x: Numeric, latent_dim=10, width=256, dropout=0.3, **options):
        """A GAN with dense networks of three hidden layers, 1, 2 and 4 times ``width``, for a field of any kind."""
        latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
        checks.check_fractions(dropout=dropout)
        x = x.bounded()
        generator = networks.dense_generator(x.shape, latent_dim, width, x.limits)
        discriminator = networks.dense_discriminator(x.shape, width, dropout)
        return cls(generator, discriminator, fields={"x": x}, **options)
