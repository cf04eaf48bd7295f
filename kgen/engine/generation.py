import keras
import numpy as np
from keras import ops

from kgen.engine import checks


class ImageGenerator:
    """The vocabulary of every model with a ``generator``, a network from codes z[, y] to images.

    Arrays in, arrays out, in batches of bounded memory for any number of images. A model sets ``pixel_range``, the
    least and the greatest value of a pixel. A model with labels sets ``num_classes``; a model without leaves it
    ``None`` and takes none.
    """

    num_classes = None
    batch_size = 500

    @property
    def image_shape(self):
        return tuple(self.generator.outputs[0].shape[1:])

    @property
    def latent_dim(self):
        return self.generator.inputs[0].shape[-1]

    def decode(self, z, y=None):
        """The image of each code, in the model's pixel range."""
        return self._in_batches(self._decoded, *self._with_labels(z, y))

    def generate(self, n, labels=None, seed=None):
        """``n`` images decoded from the prior: of the classes ``labels`` (one or ``n``), else of all in turn."""
        checks.check_sizes(n=n)
        z = np.random.default_rng(seed).standard_normal((n, self.latent_dim), dtype="float32")
        if self.num_classes is None:
            return self.decode(z)
        labels = np.arange(n) % self.num_classes if labels is None else labels
        return self.decode(z, np.full(n, labels) if np.ndim(labels) == 0 else labels)

    def predict_step(self, data):
        return self._decoded(*self._forward(*self.unpack(data)))

    def check_data(self, x, y=None):
        if isinstance(x, (tuple, list)) and len(x) == 2:
            x, y = x
        if hasattr(x, "element_spec"):
            x, y = _first_batch(x)
        if not isinstance(x, np.ndarray):
            return
        checks.check_images(x, self.image_shape, self.pixel_range)
        self._with_labels(x, y)

    # ---- pieces ---------------------------------------------------------------------------------------------------

    def inputs_of(self, x, y):
        """What ``call`` takes: images or codes, with their labels where the model is conditional."""
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

    def _decoded(self, *inputs):
        return self.generator(one_or_list(inputs), training=False)

    def _in_batches(self, function, *arrays):
        with self.averaged():
            parts = [keras.tree.map_structure(ops.convert_to_numpy, function(*chunk)) for chunk in self._chunks(arrays)]
        return keras.tree.map_structure(lambda *pieces: np.concatenate(pieces), *parts)

    def _chunks(self, arrays):
        for start in range(0, max(len(arrays[0]), 1), self.batch_size):
            yield [ops.convert_to_tensor(array[start : start + self.batch_size]) for array in arrays]


def one_or_list(inputs):
    """What a network is called with: its one input, or the list of them."""
    return list(inputs) if len(inputs) > 1 else inputs[0]


def _first_batch(dataset):
    # The rest of a stream costs too much to look at; what is wrong with its pixels or labels mostly shows at once.
    x, y, _ = keras.utils.unpack_x_y_sample_weight(next(iter(dataset)))
    return ops.convert_to_numpy(x), None if y is None else ops.convert_to_numpy(y)
