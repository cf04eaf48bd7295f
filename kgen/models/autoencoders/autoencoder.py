import keras
from keras import ops

from kgen import checks, networks
from kgen.abilities import Encodes
from kgen.engine import GenerativeModel
from kgen.fields import Numeric


@keras.saving.register_keras_serializable("kgen")
class Autoencoder(Encodes, GenerativeModel):
    """Autoencoder, with ``noise_level`` above 0 the denoising one: a code that a value can be read from again.

        loss = ‖x − f(g(x + σ ε))‖²,   ε ~ N(0, I), in training only

    It reduces dimensions, and it removes noise. It learns no distribution of its codes: between those of the training
    values there may be anything, so that decoded codes of N(0, I) are no new values. A ``VAE`` differs by one term.

    Args:
        encoder: built model g, scaled values (n, …) to codes (n, latent_dim).
        decoder: built model f, codes (n, latent_dim) to scaled values.
        noise_level: float ≥ 0, σ, in units of the scaled values.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``noise_level`` is negative.

    Example:
        >>> model = Autoencoder.from_shape((28, 28, 1), latent_dim=16, noise_level=0.3)
        >>> model.compile()
        >>> model.fit(images, epochs=20)  # float32 in [0, 1], (n, 28, 28, 1)
        >>> model.codes(images), model.reconstruct(noisy_images)

    Reference:
        Hinton & Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks, 2006,
        doi:10.1126/science.1127647; Vincent et al., Extracting and Composing Robust Features with Denoising
        Autoencoders, 2008, doi:10.1145/1390156.1390294
    """

    scalars = ("reconstruction_loss",)

    def __init__(self, encoder, decoder, noise_level=0.0, **options):
        super().__init__({"model": [encoder, decoder]}, **options)
        checks.check_weights(noise_level=noise_level)
        self.encoder, self.decoder, self.noise_level = encoder, decoder, noise_level

    @property
    def generator(self):
        """The decoder."""
        return self.decoder

    def code(self, x):
        return self.encoder(x, training=False)

    def draw(self, z):
        return self.decoder(z, training=False)

    def call(self, inputs, training=False):
        if training and self.noise_level:
            inputs = inputs + self.noise_level * self.noise(ops.shape(inputs), training)
        return self.decoder(self.encoder(inputs, training=training), training=training)

    def objective(self, x, training=True):
        squares = ops.square(x - self(x, training=training))
        axes = tuple(range(1, len(x.shape)))
        return self.score("reconstruction_loss", ops.sum(squares, axis=axes))

    def train_step(self, data):
        self.play("model", self.objective, *self.unpack(data))
        return self.results()

    @classmethod
    def from_fields(cls, x: Numeric, latent_dim=16, width=32, **options):
        """An autoencoder for a field of any kind: convolutional networks, dense ones for vectors."""
        style = networks.Style(width)
        encoder = networks.coder(x.shape, latent_dim, style)
        return cls(encoder, networks.decoder(x.shape, latent_dim, style), fields={"x": x}, **options)
