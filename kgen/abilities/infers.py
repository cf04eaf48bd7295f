from collections.abc import Sequence

import keras
from keras import ops

from kgen import losses
from kgen.abilities.encodes import Encodes
from kgen.engine.values import one_or_list
from kgen.types import Array, Tensor


class Infers(Encodes):
    """Encodes a value as q(z|x[, y]) = N(mean, exp(log_var)); a page sets ``encoder``."""

    encoder: keras.Model

    def posterior(self, *values: Tensor) -> Sequence[Tensor]:
        """Mean and log-variance, each (n, latent_dim), of scaled values; tensors."""
        return self.encoder(one_or_list(values), training=False)

    def encode(self, x: Array, y: Array | None = None) -> Sequence[Array]:
        """Mean and log-variance of q(z|x[, y]), each of shape (n, latent_dim)."""
        self.check_data(x, y)
        return self.in_batches(self.posterior, **self.with_labels(x=x, y=y))

    def activity(self, x: Array, y: Array | None = None) -> Array:
        """The mean KL divergence of each latent from the prior, (latent_dim,), nats."""
        mean, log_var = self.encode(x, y)
        return ops.convert_to_numpy(losses.kl_of_units(mean, log_var)).mean(axis=0)

    def latent(self, *values: Tensor) -> Tensor:
        return self.posterior(*values)[0]

    def sample(self, mean: Tensor, log_var: Tensor, training: bool) -> Tensor:
        """z = mean + exp(½ log_var) · ε with ε from N(0, I)."""
        mean, log_var = ops.cast(mean, "float32"), ops.cast(log_var, "float32")
        return mean + ops.exp(0.5 * log_var) * self.noise(ops.shape(mean), training)
