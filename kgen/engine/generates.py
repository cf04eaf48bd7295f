import keras
import numpy as np
from keras import ops

from kgen import fields
from kgen.engine import checks
from kgen.engine.accepts import taken, wanted
from kgen.engine.values import named, one_or_list


class Generates:
    """The vocabulary of every model with a ``generator``, a network from codes z[, y] to values of the field x.

    Arrays in, arrays out, in stored units, in batches of bounded memory for any number of values. A
    model with labels sets ``num_classes``; a model without leaves it ``None`` and takes none.
    """

    num_classes = None
    batch_size = 500
    span = (-1.0, 1.0)

    @property
    def shape(self):
        """That of one value."""
        return tuple(self.generator.outputs[0].shape[1:])

    @property
    def latent_dim(self):
        return self.generator.inputs[0].shape[-1]

    def own_fields(self):
        """The fields of values that lie in ``span`` already."""
        labels = {} if self.num_classes is None else {"y": fields.Label(self.num_classes)}
        return {"x": fields.of_shape(self.shape, self.span), **labels}

    def decode(self, z, y=None):
        """The value of each code."""
        return self._in_batches(self._decoded, **self._with_labels(z=z, y=y))

    def generate(self, n, labels=None, seed=None):
        """``n`` values decoded from the prior: of the classes ``labels`` (one or ``n``), else of all in turn."""
        checks.check_sizes(n=n)
        z = np.random.default_rng(seed).standard_normal((n, self.latent_dim), dtype="float32")
        if self.num_classes is None:
            return self.decode(z)
        labels = np.arange(n) % self.num_classes if labels is None else labels
        return self.decode(z, np.full(n, labels) if np.ndim(labels) == 0 else labels)

    def predict_step(self, data):
        codes, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        z, *labels = named(codes, labels).values()
        if self.num_classes is None:
            return self._decoded(z)
        if not labels:
            raise ValueError(self._missing("y"))
        return self._decoded(z, self.fields["y"].scaled(labels[0]))

    @classmethod
    def from_shape(cls, shape, num_classes=None, **options):
        """The model for values in [0, 1] by their shape, such as (height, width, channels); see ``from_fields``."""
        labels = {} if num_classes is None else {"y": fields.Label(num_classes)}
        if labels and "y" not in wanted(cls):
            raise TypeError(f"{cls.__name__} knows no classes; leave num_classes={num_classes} out.")
        given = {"x": fields.of_shape(tuple(shape)), **labels}
        return cls.from_fields(**taken(cls, given), **options)

    # ---- pieces ---------------------------------------------------------------------------------------------------

    def _with_labels(self, y=None, **arrays):
        """Arrays by name, with the labels last where the model is conditional; raises for labels it cannot take."""
        if self.num_classes is None:
            return arrays
        if y is None:
            raise ValueError(self._missing("y"))
        y = np.asarray(y)
        self.fields["y"].check(y, "y")
        checks.check_same_length(**{next(iter(arrays)): next(iter(arrays.values()))}, y=y)
        return {**arrays, "y": y}

    def _decoded(self, *inputs):
        return self.fields["x"].unscaled(self.generator(one_or_list(inputs), training=False))

    def _in_batches(self, function, **arrays):
        """What ``function`` makes of arrays, those of fields scaled, some hundred values at a time."""
        with self.averaged():
            parts = [_to_numpy(function(*chunk)) for chunk in self._chunks(arrays)]
        return keras.tree.map_structure(lambda *pieces: np.concatenate(pieces), *parts)

    def _chunks(self, arrays):
        count = len(next(iter(arrays.values())))
        for start in range(0, max(count, 1), self.batch_size):
            part = slice(start, start + self.batch_size)
            yield [self._scaled(name, values[part]) for name, values in arrays.items()]

    def _scaled(self, name, values):
        field = self.fields.get(name)
        return ops.convert_to_tensor(values if field is None else field.scaled(np.asarray(values)))


def _to_numpy(outputs):
    return keras.tree.map_structure(ops.convert_to_numpy, outputs)
