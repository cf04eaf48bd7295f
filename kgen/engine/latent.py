from kgen.engine.encoding import ImageEncoder
from kgen.engine.generation import one_or_list


class LatentVariables(ImageEncoder):
    """The vocabulary of models with an encoder q(z|x[, y]), a decoder p(x|z[, y]) and a likelihood."""

    @property
    def generator(self):
        """The decoder."""
        return self.decoder

    @property
    def pixel_range(self):
        """The likelihood's."""
        return self.likelihood.input_range

    def log_likelihood(self, x, z, y=None):
        """log p(x|z[, y]) of each image at its code, nats an image."""
        self.check_data(x, y)
        return self._in_batches(self._log_likelihood, *self._with_labels(x, y, z))

    # ---- pieces ---------------------------------------------------------------------------------------------------

    def _parameters(self, *inputs):
        return self.decoder(one_or_list(inputs), training=False)

    def _decoded(self, *inputs):
        return self.likelihood.pixels(self._parameters(*inputs))

    def _log_likelihood(self, x, z, *labels):
        return self.likelihood.log_prob(x, self._parameters(z, *labels))
