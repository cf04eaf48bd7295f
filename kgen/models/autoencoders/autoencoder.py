from typing import Any, Self

import keras
from keras import ops

from kgen import checks, networks
from kgen.abilities import Encodes
from kgen.engine import GenerativeModel
from kgen.fields import Numeric
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Autoencoder(Encodes, GenerativeModel):
    """Autoencoder, plain and denoising: it encodes values as latents and reconstructs them.

        loss = ‖x − f(g(m (x + σ ε)))‖²,   ε ~ N(0, I)
        m = 0 with probability p, else 1 / (1 − p), for each number

    Noise ε and mask m apply in training only. ``noise_level`` above 0 adds noise, ``masking`` above
    0 drops numbers.

    It reduces dimensions, and it removes noise. It does not learn the distribution of its latents:
    latents drawn from N(0, I) need not decode to anything like a training value. A ``VAE`` adds one
    term to the loss for that.

    Args:
        encoder: built model g, scaled values (n, …) to latents (n, latent_dim).
        decoder: built model f, latents (n, latent_dim) to scaled values.
        noise_level: float ≥ 0, σ, in units of the scaled values.
        masking: float in [0, 0.9], p, share of the scaled numbers that are set to 0.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``noise_level`` is negative or ``masking`` out of range.

    Example:
        >>> model = Autoencoder.from_shape((28, 28, 1), latent_dim=16, noise_level=0.3)
        >>> model.compile()
        >>> model.fit(images, epochs=20)  # float32 in [0, 1], (n, 28, 28, 1)
        >>> model.latents(images).shape == (len(images), 16)
        True
        >>> clean = model.reconstruct(noisy_images)

    Reference:
        Hinton & Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks, 2006,
        doi:10.1126/science.1127647; Vincent et al., Extracting and Composing Robust Features with
        Denoising Autoencoders, 2008, doi:10.1145/1390156.1390294
    """

    scalars = ("reconstruction_loss",)

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        noise_level: float = 0.0,
        masking: float = 0.0,
        **options: Any,
    ):
        super().__init__({"model": [encoder, decoder]}, **options)
        checks.check_weights(noise_level=noise_level)
        checks.check_fractions(masking=masking)
        self.encoder, self.decoder = encoder, decoder
        self.noise_level, self.masking = noise_level, masking

    @property
    def generator(self) -> keras.Model:
        """The decoder."""
        return self.decoder

    def latent(self, x: Tensor) -> Tensor:
        return self.encoder(x, training=False)

    def draw(self, z: Tensor) -> Tensor:
        return self.decoder(z, training=False)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        inputs = self.corrupted(inputs) if training else inputs
        return self.decoder(self.encoder(inputs, training=training), training=training)

    def corrupted(self, x: Tensor) -> Tensor:
        """Scaled values with noise and masked numbers; the others are scaled up to compensate."""
        if self.noise_level:
            x = x + self.noise_level * self.noise(ops.shape(x), True)
        if self.masking:
            kept = self.noise(ops.shape(x), True, keras.random.uniform) >= self.masking
            x = ops.where(kept, x / (1.0 - self.masking), 0.0)
        return x

    def objective(self, x: Tensor, training: bool = True) -> Tensor:
        squares = ops.square(x - self(x, training=training))
        axes = tuple(range(1, len(x.shape)))
        return self.score("reconstruction_loss", ops.sum(squares, axis=axes))

    def train_step(self, data: Any) -> dict[str, Tensor]:
        self.play("model", self.objective, *self.unpack(data))
        return self.results()

    @classmethod
    def from_fields(
        cls, x: Numeric, latent_dim: int = 16, width: int = 32, **options: Any
    ) -> Self:
        """An autoencoder for a field of any kind: convolutional, or dense for vectors."""
        style = networks.Style(width)
        encoder = networks.coder(x.shape, latent_dim, style)
        return cls(
            encoder,
            networks.decoder(x.shape, latent_dim, style),
            fields={"x": x},
            **options,
        )
