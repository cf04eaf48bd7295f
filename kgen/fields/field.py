import inspect
import math
from abc import ABC, abstractmethod

import numpy as np

from kgen.checks import counted
from kgen.fields.arrays import native


class Field(ABC):
    """Base of the fields: what kind of value something is, how networks see it, and how people do.

    A field checks values at every door, learns the statistics of training values, translates between
    stored values and what networks take, and paints. It is saved with the model.

    Subclasses set ``shape``, that of one scaled value, and give ``check``, ``scaled``, ``unscaled`` and
    ``paint``; ``of`` makes the field of new values.
    """

    noun = "value"
    default_likelihood = None
    comparable_limits = (-math.inf, math.inf)  # between what comparable values lie
    columns = None  # the names of the numbers of one value, where they have some
    suggested = {}  # options of models that suit such values better than the models' own
    cell = (1.0, 0.5)  # width and height of one painted value, in inches
    marks = ()  # of a painted value: where between its left, 0, and its right, 1, which name belongs

    @classmethod
    @abstractmethod
    def of(cls, values, name):
        """The field of stored values, as far as their shape and type tell; raises where they are of another kind."""

    def fitted(self, values):
        """A copy with the statistics of stored training values."""
        return self

    def stored(self, values):
        """Values in the form in which a data set keeps them."""
        return native(np.asarray(values))

    def like(self, other):
        """A copy that scales as another field does."""
        return self

    @abstractmethod
    def check(self, values, name):
        """Raises unless ``values``, an array, are stored values of this field."""

    @abstractmethod
    def scaled(self, values):
        """Stored values as networks take them; arrays and tensors alike."""

    def unscaled(self, values):
        """What networks put out, in stored units."""
        return values

    def comparable(self, values):
        """Stored values as metrics compare them."""
        return self.scaled(values)

    def in_units_of(self, other, values):
        """Stored values in the units of another field of the same values."""
        return values

    def rounded(self, values):
        """Values in stored units as files keep them."""
        return np.asarray(values)

    @abstractmethod
    def paint(self, axes, cells):
        """Draws stored values (rows, columns, …), each into its own unit square of the axes, rows downwards."""

    @property
    def signature(self):
        """What tells two data sets apart whose arrays are equal."""
        return ""

    def get_config(self):
        names = list(inspect.signature(type(self).__init__).parameters)[1:]
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def replaced(self, **values):
        """A copy with other arguments."""
        return type(self)(**{**self.get_config(), **values})

    def __eq__(self, other):
        return type(self) is type(other) and self.get_config() == other.get_config()

    def __hash__(self):
        return hash(repr(self))

    def __repr__(self):
        told = ", ".join(f"{name}={value!r}" for name, value in self.get_config().items())
        return f"{type(self).__name__}({told})"

    def __str__(self):
        size = "×".join(map(str, self.shape))
        if len(self.shape) == 1:
            return f"{self.noun}s of {counted(self.shape[0], 'number')}"
        return f"{self.noun}s {size}" if size else f"{self.noun}s"


def option(name, kind):
    """How the command line says that the field is of a kind; a name may have its data set before it."""
    return f"the option {name.rpartition(': ')[2]}={kind} of the data set"


def first_wrong(wrong):
    """The index of the first value that has any wrong entry, and how many values have."""
    rows = np.flatnonzero(wrong.reshape(len(wrong), -1).any(axis=1))
    return rows[0], len(rows)
