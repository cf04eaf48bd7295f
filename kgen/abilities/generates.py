import random
from abc import ABC, abstractmethod

import keras
import numpy as np

from kgen import checks, fields
from kgen.engine.accepts import taken, wanted


class Generates(ABC):
    """Draws values of the field x from codes z ~ N(0, I).

    A page sets ``generator``, the network whose inputs are codes and whose outputs have the shape of
    one value, and writes ``draw``.

    Example:
        >>> class Flow(Generates, GenerativeModel):
        ...     def draw(self, z):
        ...         return self.generator(z, training=False)
    """

    generator: keras.Model
    span = (-1.0, 1.0)
    captions = ()  # over the columns of a sheet
    label_names = ()  # the fields of labels that it takes beside a code or a value

    @abstractmethod
    def draw(self, *codes):
        """The scaled values of codes z (n, latent_dim), and of labels (n,) where the model takes them; tensors."""

    @property
    def shape(self):
        """That of one value."""
        return tuple(self.generator.outputs[0].shape[1:])

    @property
    def latent_dim(self):
        """How many numbers a code has."""
        return self.generator.inputs[0].shape[-1]

    def own_fields(self):
        """The fields of values that lie in ``span`` already."""
        return {"x": fields.of_shape(self.shape, self.span)}

    def decode(self, z, y=None):
        """The value of each code."""
        return self.in_batches(self._decoded, **self.with_labels(z=z, y=y))

    @property
    def gives_probabilities(self):
        """Whether the pixels of samples are probabilities of white, and not pixels themselves."""
        return False

    def generate(self, n, labels=None, seed=None):
        """``n`` values decoded from the prior: of the classes ``labels`` (one or ``n``), else of all in turn.

        Classes are numbers, or their names where these are known.
        """
        labels = self.labels_of(n, labels)
        return self.decode(self._codes(n, seed), labels)

    def sheet(self, rows, columns=10, seed=0, classes=None):
        """Values (rows, columns, …): a code each; of a conditional model, one code a row and one class a column."""
        values = self.generate(rows * columns, seed=seed)
        return values.reshape(rows, columns, *values.shape[1:])

    @property
    def predict_inputs(self):
        return ("z", *self.label_names)

    def predicted(self, *codes):
        return self._decoded(*codes)

    @classmethod
    def from_shape(cls, shape, num_classes=None, **options):
        """The model for values in [0, 1] by their shape, such as (height, width, channels); see ``from_fields``."""
        labels = {} if num_classes is None else {"y": fields.Label(num_classes)}
        if labels and "y" not in wanted(cls):
            raise TypeError(
                f"{cls.__name__} knows no classes; leave num_classes={num_classes} out."
            )
        given = {"x": fields.of_shape(tuple(shape)), **labels}
        return cls.from_fields(**taken(cls, given), **options)

    # ---- labels, of which an unconditional model has none -----------------------------------------------------------

    def labels_of(self, n, labels=None):
        """The labels of ``n`` values to generate; raises where the model cannot be asked for a class."""
        if labels is not None:
            raise ValueError(
                f"labels={labels!r}: {type(self).__name__} knows no classes; leave the labels out."
            )
        checks.check_sizes(n=n)

    def asked(self, labels):
        """Those of the labels of real values that samples like them are asked for."""
        return

    def with_labels(self, y=None, **arrays):
        """Arrays by name as ``in_batches`` takes them."""
        return arrays

    # ---- pieces ---------------------------------------------------------------------------------------------------

    def _codes(self, n, seed):
        return self._random(seed).standard_normal((n, self.latent_dim), dtype="float32")

    @staticmethod
    def _random(seed):
        # Python's own numbers are what ``keras.utils.set_random_seed`` sets, and what Keras' layers draw seeds from.
        return np.random.default_rng(random.getrandbits(32) if seed is None else seed)

    def _decoded(self, *codes):
        return self.fields["x"].unscaled(self.draw(*codes))
