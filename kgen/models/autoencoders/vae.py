import keras

from kgen import likelihoods, networks
from kgen.engine import GenerativeModel, LatentVariables, checks
from kgen.losses import kl_divergence


@keras.saving.register_keras_serializable("kgen")
class VAE(LatentVariables, GenerativeModel):
    """Variational autoencoder, and with ``beta`` other than 1 the β-VAE.

        loss = −E_q(z|x) log p(x|z) + β · KL(q(z|x) ‖ N(0, I)),   nats an image

    Args:
        encoder: built model, images (n, height, width, channels) to ``mean`` and ``log_var``, each (n, latent_dim).
        decoder: built model, codes (n, latent_dim) to the likelihood's parameters, of the images' shape.
        likelihood: a ``kgen.likelihoods.Likelihood`` or its name; it owns the pixel range of the images.
        beta: float ≥ 0, weight of the KL divergence; 1 makes the loss the negative evidence lower bound.
        beta_warmup: float ≥ 0, steps of training over which β rises from 0 to ``beta``; validation is at ``beta``.
        **options: ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``beta`` or ``beta_warmup`` is negative or the likelihood has no such name.

    Example:
        >>> model = VAE.from_shape((28, 28, 1), latent_dim=16)
        >>> model.compile()
        >>> model.fit(images, epochs=20)  # float32 in [0, 1], (n, 28, 28, 1)
        >>> model.generate(64)

    Reference:
        Kingma & Welling, Auto-Encoding Variational Bayes, 2014, arXiv:1312.6114;
        Higgins et al., β-VAE, ICLR 2017
    """

    scalars = ("reconstruction_loss", "kl_loss")

    def __init__(self, encoder, decoder, likelihood="bernoulli", beta=1.0, beta_warmup=0, **options):
        likelihood = likelihoods.get(likelihood)
        super().__init__({"model": [encoder, decoder, likelihood]}, **options)
        checks.check_weights(beta=beta, beta_warmup=beta_warmup)
        self.encoder, self.decoder, self.likelihood = encoder, decoder, likelihood
        self.beta, self.beta_warmup = beta, beta_warmup

    def call(self, inputs, training=False):
        mean, log_var = self.encoder(inputs, training=training)
        self.add_loss(self.kl_weight("model", training) * self.score("kl_loss", kl_divergence(mean, log_var)))
        return self.decoder(self.sample(mean, log_var, training), training=training)

    def objective(self, x, y, training=True):
        parameters = self(self.inputs_of(x, y), training=training)
        return self.score("reconstruction_loss", -self.likelihood.log_prob(x, parameters))

    def train_step(self, data):
        x, y = self.unpack(data)
        self.play("model", self.objective, x, y)
        return self.results()

    @classmethod
    def from_shape(
        cls, image_shape, latent_dim=16, width=32, likelihood="bernoulli", beta=1.0,
        activation="relu", normalised=False, convolutions=1, l1=0.0, l2=0.0, **options,
    ):  # fmt: skip
        """A VAE with convolutional networks for images of ``image_shape`` (height, width, channels).

        Layers have BatchNorm if ``normalised``, each resolution has ``convolutions`` of them; ``l1`` and ``l2`` weigh
        penalties on all kernels in the loss.
        """
        checks.check_image_shape(image_shape)
        checks.check_sizes(latent_dim=latent_dim, width=width, convolutions=convolutions)
        checks.check_weights(l1=l1, l2=l2)
        layers = {"activation": activation, "normalised": normalised, "convolutions": convolutions, "l1": l1, "l2": l2}
        encoder = networks.conv_encoder(image_shape, latent_dim, width, **layers)
        decoder = networks.conv_decoder(image_shape, latent_dim, width, **layers)
        return cls(encoder, decoder, likelihood, beta, **options)
