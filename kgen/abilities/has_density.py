import keras
from keras import ops

from kgen.abilities.infers import Infers
from kgen.engine.values import one_or_list
from kgen.likelihoods import Bernoulli, Likelihood
from kgen.types import Array, Tensor


class HasDensity(Infers):
    """Gives values a density p(x|z[, y]); a page sets ``decoder`` and ``likelihood``."""

    decoder: keras.Model
    likelihood: Likelihood
    span = (0.0, 1.0)

    def parameters(self, *latents: Tensor) -> Tensor:
        """The likelihood's parameters at latents z, and labels if it takes any; tensors."""
        return self.decoder(one_or_list(latents), training=False)

    @property
    def generator(self) -> keras.Model:
        """The decoder."""
        return self.decoder

    @property
    def gives_probabilities(self) -> bool:
        return isinstance(self.likelihood, Bernoulli)

    def draw(self, *latents: Tensor) -> Tensor:
        return self.likelihood.mean(self.parameters(*latents))

    def log_likelihood(self, x: Array, z: Array, y: Array | None = None) -> Array:
        """log p(x|z[, y]) of scaled values, nats: (n,) for z (n, latent_dim), (n, k) for k each."""
        self.check_data(x, y)
        return self.in_batches(self._log_likelihood, **self.with_labels(x=x, z=z, y=y))

    # ---- pieces ----------------------------------------------------------------------------------

    def kl_weight(self, player: str, training: bool) -> Tensor | float:
        """β; in training it rises linearly from 0 over the player's first ``beta_warmup`` steps."""
        if not training or not self.beta_warmup:
            return self.beta
        steps = ops.cast(self.optimizers[player].iterations, "float32")
        return self.beta * ops.minimum(1.0, steps / self.beta_warmup)

    def _log_likelihood(self, x, z, *labels):
        if len(z.shape) == 2:
            return self.likelihood.log_prob(x, self.parameters(z, *labels))
        # Each value is broadcast to its k latents: its numbers are not repeated.
        latents = ops.reshape(z, (-1, self.latent_dim))
        parameters = self.parameters(
            latents, *(ops.repeat(y, z.shape[1]) for y in labels)
        )
        parameters = ops.reshape(parameters, (*z.shape[:2], *self.shape))
        return self.likelihood.log_prob(ops.expand_dims(x, 1), parameters)
