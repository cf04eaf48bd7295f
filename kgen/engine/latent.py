from keras import ops

from kgen.engine.generation import ImageGenerator, one_or_list


class LatentVariables(ImageGenerator):
    """The vocabulary of models with an encoder q(z|x[, y]), a decoder p(x|z[, y]) and a likelihood."""

    @property
    def generator(self):
        """The decoder."""
        return self.decoder

    @property
    def pixel_range(self):
        """The likelihood's."""
        return self.likelihood.input_range

    def encode(self, x, y=None):
        """Mean and log-variance of q(z|x[, y]), each of shape (n, latent_dim)."""
        self.check_data(x, y)
        return self._in_batches(self._encoded, *self._with_labels(x, y))

    def reconstruct(self, x, y=None):
        """Each image encoded to its mean code and decoded again."""
        self.check_data(x, y)
        return self._in_batches(self._reconstructed, *self._with_labels(x, y))

    def log_likelihood(self, x, z, y=None):
        """log p(x|z[, y]), nats: (n,) of n images at their codes (n, latent_dim), (n, k) at k codes an image each."""
        self.check_data(x, y)
        return self._in_batches(self._log_likelihood, *self._with_labels(x, y, z))

    def predict_step(self, data):
        return self._reconstructed(*self._forward(*self.unpack(data)))

    # ---- pieces ---------------------------------------------------------------------------------------------------

    def sample(self, mean, log_var, training):
        """z = mean + exp(½ log_var) · ε with ε from N(0, I)."""
        mean, log_var = ops.cast(mean, "float32"), ops.cast(log_var, "float32")
        return mean + ops.exp(0.5 * log_var) * self.noise(ops.shape(mean), training)

    def kl_weight(self, player, training):
        """β; in training it rises from 0 in a straight line over the first ``beta_warmup`` steps of the player."""
        if not training or not self.beta_warmup:
            return self.beta
        steps = ops.cast(self.optimizers[player].iterations, "float32")
        return self.beta * ops.minimum(1.0, steps / self.beta_warmup)

    def _encoded(self, *inputs):
        return self.encoder(one_or_list(inputs), training=False)

    def _parameters(self, *inputs):
        return self.decoder(one_or_list(inputs), training=False)

    def _decoded(self, *inputs):
        return self.likelihood.pixels(self._parameters(*inputs))

    def _reconstructed(self, x, *labels):
        return self._decoded(self._encoded(x, *labels)[0], *labels)

    def _log_likelihood(self, x, z, *labels):
        if len(z.shape) == 2:
            return self.likelihood.log_prob(x, self._parameters(z, *labels))
        # Every image meets its k codes by broadcasting: its pixels are not repeated.
        codes = ops.reshape(z, (-1, self.latent_dim))
        parameters = self._parameters(codes, *(ops.repeat(y, z.shape[1]) for y in labels))
        parameters = ops.reshape(parameters, (*z.shape[:2], *self.image_shape))
        return self.likelihood.log_prob(ops.expand_dims(x, 1), parameters)
