import keras

from kgen import networks
from kgen.engine import checks
from kgen.losses import kl_divergence
from kgen.models.autoencoders.vae import VAE


@keras.saving.register_keras_serializable("kgen")
class CVAE(VAE):
    """Conditional variational autoencoder: encoder and decoder both read the label, so the code need not carry it.

        loss = −E_q(z|x,y) log p(x|z, y) + β · KL(q(z|x, y) ‖ N(0, I)),   nats an image

    Args:
        encoder: built model, images (n, height, width, channels) and labels (n,) to ``mean`` and ``log_var``.
        decoder: built model, codes (n, latent_dim) and labels (n,) to the likelihood's parameters.
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        likelihood: a ``kgen.likelihoods.Likelihood`` or its name; it owns the pixel range of the images.
        beta: float ≥ 0, weight of the KL divergence.
        beta_warmup: float ≥ 0, steps of training over which β rises from 0 to ``beta``; validation is at ``beta``.
        **options: ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``beta`` or ``beta_warmup`` is negative, the likelihood has no such name, or labels are missing
            or out of range.

    Example:
        >>> model = CVAE.from_shape((28, 28, 1), num_classes=10)
        >>> model.compile()
        >>> model.fit(images, labels, epochs=20)  # float32 in [0, 1], whole numbers
        >>> model.generate(64, labels=3)

    Reference:
        Sohn, Lee & Yan, Learning Structured Output Representation using Deep Conditional Generative Models, 2015;
        Kingma et al., Semi-Supervised Learning with Deep Generative Models, 2014, arXiv:1406.5298
    """

    def __init__(self, encoder, decoder, num_classes, likelihood="bernoulli", beta=1.0, beta_warmup=0, **options):
        super().__init__(encoder, decoder, likelihood, beta, beta_warmup, **options)
        checks.check_sizes(num_classes=num_classes)
        self.num_classes = num_classes

    def call(self, inputs, training=False):
        x, y = inputs
        mean, log_var = self.encoder([x, y], training=training)
        self.add_loss(self.kl_weight("model", training) * self.score("kl_loss", kl_divergence(mean, log_var)))
        return self.decoder([self.sample(mean, log_var, training), y], training=training)

    @classmethod
    def from_shape(cls, image_shape, num_classes, latent_dim=16, width=32, likelihood="bernoulli", beta=1.0, **options):
        """A CVAE with convolutional networks for images of ``image_shape`` (height, width, channels)."""
        checks.check_image_shape(image_shape)
        checks.check_sizes(num_classes=num_classes, latent_dim=latent_dim, width=width)
        encoder = networks.conv_encoder(image_shape, latent_dim, width, num_classes)
        decoder = networks.conv_decoder(image_shape, latent_dim, width, num_classes)
        return cls(encoder, decoder, num_classes, likelihood, beta, **options)
