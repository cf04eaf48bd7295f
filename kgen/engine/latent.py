import keras
import numpy as np
from keras import ops

from kgen.engine import checks


class LatentVariables:
    """The vocabulary of models with an encoder q(z|x[, y]), a decoder p(x|z[, y]) and a likelihood.

    Arrays in, arrays out, in batches of bounded memory for any number of images. A model with labels sets
    ``num_classes``; a model without leaves it ``None`` and takes none.
    """

    num_classes = None
    batch_size = 500

    @property
    def image_shape(self):
        return tuple(ops.shape(self.encoder.inputs[0])[1:])

    @property
    def latent_dim(self):
        return self.decoder.inputs[0].shape[-1]

    def encode(self, x, y=None):
        """Mean and log-variance of q(z|x[, y]), each of shape (n, latent_dim)."""
        self.check_data(x, y)
        return self._in_batches(self._encoded, *self._with_labels(x, y))

    def decode(self, z, y=None):
        """The mean image of p(x|z[, y]), in the likelihood's pixel range."""
        return self._in_batches(self._decoded, *self._with_labels(z, y))

    def reconstruct(self, x, y=None):
        """Each image encoded to its mean code and decoded again."""
        self.check_data(x, y)
        return self._in_batches(self._reconstructed, *self._with_labels(x, y))

    def log_likelihood(self, x, z, y=None):
        """log p(x|z[, y]) of each image at its code, nats an image."""
        self.check_data(x, y)
        return self._in_batches(self._log_likelihood, *self._with_labels(x, y, z))

    def generate(self, n, labels=None, seed=None):
        """``n`` images decoded from the prior: of the classes ``labels`` (one or ``n``), else of all in turn."""
        checks.check_sizes(n=n)
        z = np.random.default_rng(seed).standard_normal((n, self.latent_dim), dtype="float32")
        if self.num_classes is None:
            return self.decode(z)
        labels = np.arange(n) % self.num_classes if labels is None else labels
        return self.decode(z, np.full(n, labels) if np.ndim(labels) == 0 else labels)

    def predict_step(self, data):
        return self._reconstructed(*self._forward(*self.unpack(data)))

    def check_data(self, x, y=None):
        if isinstance(x, (tuple, list)) and len(x) == 2:
            x, y = x
        if hasattr(x, "element_spec"):
            x, y = _first_batch(x)
        if not isinstance(x, np.ndarray):
            return
        checks.check_images(x, self.image_shape, self.likelihood.input_range)
        self._with_labels(x, y)

    # ---- pieces ---------------------------------------------------------------------------------------------------

    def sample(self, mean, log_var, training):
        """z = mean + exp(½ log_var) · ε with ε from N(0, I)."""
        mean, log_var = ops.cast(mean, "float32"), ops.cast(log_var, "float32")
        return mean + ops.exp(0.5 * log_var) * self.noise(ops.shape(mean), training)

    def inputs_of(self, x, y):
        """What ``call`` takes: the images, with their labels where the model is conditional."""
        inputs = self._forward(x, y)
        return inputs if len(inputs) > 1 else inputs[0]

    def _forward(self, x, y):
        if self.num_classes is None:
            return (x,)
        if y is None:
            name = type(self).__name__
            raise ValueError(f"{name} needs the labels of its images: pass both, as in predict((x, y)) or fit(x, y).")
        return x, y

    def _with_labels(self, x, y, *others):
        arrays = self._forward(x, y)
        if len(arrays) > 1:
            arrays = x, checks.check_labels(y, self.num_classes)
            checks.check_same_length(x=x, y=y)
        return (*arrays[:1], *others, *arrays[1:])

    def _encoded(self, *inputs):
        return self.encoder(_one_or_list(inputs), training=False)

    def _parameters(self, *inputs):
        return self.decoder(_one_or_list(inputs), training=False)

    def _decoded(self, *inputs):
        return self.likelihood.pixels(self._parameters(*inputs))

    def _reconstructed(self, x, *labels):
        return self._decoded(self._encoded(x, *labels)[0], *labels)

    def _log_likelihood(self, x, z, *labels):
        return self.likelihood.log_prob(x, self._parameters(z, *labels))

    def _in_batches(self, function, *arrays):
        with self.averaged():
            parts = [keras.tree.map_structure(ops.convert_to_numpy, function(*chunk)) for chunk in self._chunks(arrays)]
        return keras.tree.map_structure(lambda *pieces: np.concatenate(pieces), *parts)

    def _chunks(self, arrays):
        for start in range(0, max(len(arrays[0]), 1), self.batch_size):
            yield [ops.convert_to_tensor(array[start : start + self.batch_size]) for array in arrays]


def _first_batch(dataset):
    # The rest of a stream costs too much to look at; what is wrong with its pixels or labels mostly shows at once.
    x, y, _ = keras.utils.unpack_x_y_sample_weight(next(iter(dataset)))
    return ops.convert_to_numpy(x), None if y is None else ops.convert_to_numpy(y)


def _one_or_list(inputs):
    return list(inputs) if len(inputs) > 1 else inputs[0]
