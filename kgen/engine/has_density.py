from keras import ops

from kgen.engine.encodes import Encodes
from kgen.engine.values import one_or_list


class HasDensity(Encodes):
    """The vocabulary of models with an encoder q(z|x[, y]), a decoder p(x|z[, y]) and a likelihood."""

    span = (0.0, 1.0)

    @property
    def generator(self):
        """The decoder."""
        return self.decoder

    def log_likelihood(self, x, z, y=None):
        """log p(x|z[, y]) of scaled values, nats: (n,) at their codes (n, latent_dim), (n, k) at k codes each."""
        self.check_data(x, y)
        return self._in_batches(self._log_likelihood, **self._with_labels(x=x, z=z, y=y))

    # ---- pieces ---------------------------------------------------------------------------------------------------

    def kl_weight(self, player, training):
        """β; in training it rises from 0 in a straight line over the first ``beta_warmup`` steps of the player."""
        if not training or not self.beta_warmup:
            return self.beta
        steps = ops.cast(self.optimizers[player].iterations, "float32")
        return self.beta * ops.minimum(1.0, steps / self.beta_warmup)

    def _parameters(self, *inputs):
        return self.decoder(one_or_list(inputs), training=False)

    def _decoded(self, *inputs):
        return self.fields["x"].unscaled(self.likelihood.mean(self._parameters(*inputs)))

    def _log_likelihood(self, x, z, *labels):
        if len(z.shape) == 2:
            return self.likelihood.log_prob(x, self._parameters(z, *labels))
        # Every value meets its k codes by broadcasting: its numbers are not repeated.
        codes = ops.reshape(z, (-1, self.latent_dim))
        parameters = self._parameters(codes, *(ops.repeat(y, z.shape[1]) for y in labels))
        parameters = ops.reshape(parameters, (*z.shape[:2], *self.shape))
        return self.likelihood.log_prob(ops.expand_dims(x, 1), parameters)
