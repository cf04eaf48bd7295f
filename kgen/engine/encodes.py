from keras import ops

from kgen.engine.generates import Generates
from kgen.engine.values import one_or_list


class Encodes(Generates):
    """The vocabulary of models with an encoder q(z|x[, y]) besides the network from codes to values."""

    def encode(self, x, y=None):
        """Mean and log-variance of q(z|x[, y]), each of shape (n, latent_dim)."""
        self.check_data(x, y)
        return self._in_batches(self._encoded, **self._with_labels(x=x, y=y))

    def reconstruct(self, x, y=None):
        """Each value encoded to its mean code and decoded again."""
        self.check_data(x, y)
        return self._in_batches(self._reconstructed, **self._with_labels(x=x, y=y))

    def predict_step(self, data):
        return self._reconstructed(*self.unpack(data))

    # ---- pieces ---------------------------------------------------------------------------------------------------

    def sample(self, mean, log_var, training):
        """z = mean + exp(½ log_var) · ε with ε from N(0, I)."""
        mean, log_var = ops.cast(mean, "float32"), ops.cast(log_var, "float32")
        return mean + ops.exp(0.5 * log_var) * self.noise(ops.shape(mean), training)

    def _encoded(self, *inputs):
        return self.encoder(one_or_list(inputs), training=False)

    def _reconstructed(self, x, *labels):
        return self._decoded(self._encoded(x, *labels)[0], *labels)
