import keras
from keras import ops

from kgen import checks, networks
from kgen.abilities import Encodes
from kgen.engine import GenerativeModel
from kgen.fields import Numeric


@keras.saving.register_keras_serializable("kgen")
class SparseAutoencoder(Encodes, GenerativeModel):
    """Autoencoder whose latents are mostly 0: ‖x − D(E(x))‖² + λ‖E(x)‖₁.

    Args:
        encoder: built model, scaled values (n, …) to latents (n, latent_dim).
        decoder: built model, back.
        sparsity: float ≥ 0, λ.

    Raises:
        ValueError: for a negative λ.

    Reference:
        Ng, Sparse autoencoder, 2011
    """

    scalars = ("reconstruction_loss", "sparsity_loss")

    def __init__(self, encoder, decoder, sparsity=0.1, **options):
        super().__init__({"model": [encoder, decoder]}, **options)
        checks.check_weights(sparsity=sparsity)
        self.encoder, self.decoder, self.sparsity = encoder, decoder, sparsity

    @property
    def generator(self):
        return self.decoder

    def latent(self, x):
        return self.encoder(x, training=False)

    def draw(self, z):
        return self.decoder(z, training=False)

    def call(self, inputs, training=False):
        return self.decoder(self.encoder(inputs, training=training), training=training)

    def objective(self, x, training=True):
        z = self.encoder(x, training=training)
        squares = ops.square(x - self.decoder(z, training=training))
        squares = self.score("reconstruction_loss", ops.sum(squares, axis=tuple(range(1, len(x.shape)))))
        return squares + self.sparsity * self.score("sparsity_loss", ops.sum(ops.abs(z), axis=1))

    def train_step(self, data):
        self.play("model", self.objective, *self.unpack(data))
        return self.results()

    @classmethod
    def from_fields(cls, x: Numeric, latent_dim=16, width=32, **options):
        """A SparseAutoencoder with default networks."""
        encoder = networks.coder(x.shape, latent_dim, networks.Style(width))
        decoder = networks.decoder(x.shape, latent_dim, networks.Style(width))
        return cls(encoder, decoder, fields={"x": x}, **options)
