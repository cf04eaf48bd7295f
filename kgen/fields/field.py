import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes

from kgen.checks import counted
from kgen.fields.arrays import native
from kgen.types import Array, Names, Shape, Tensor


class Field(ABC):
    """Base class of fields: what kind of value something is, and how networks and people see it.

    A field checks values wherever they enter, learns the statistics of the training values,
    converts between stored values and network inputs, and paints. It is saved with the model.

    Subclasses set ``shape``, the shape of one scaled value, and implement ``check``, ``scaled``,
    ``unscaled`` and ``paint``; ``of`` makes the field of new values.
    """

    noun = "value"
    shape: Shape
    default_likelihood: str | None = None
    comparable_limits = (-math.inf, math.inf)  # range of comparable values
    columns: Names | None = (
        None  # names of the numbers in one value, if they have names
    )
    # options of models that suit such values better than the models' own
    suggested: dict[str, Any] = {}
    cell = (1.0, 0.5)  # width and height of one painted value, in inches
    # (position, name) pairs on a painted value, from 0 at its left to 1 at its right
    marks: Sequence[tuple[float, str]] = ()

    @classmethod
    @abstractmethod
    def of(cls, values: Array, name: str) -> Self:
        """The field of stored values by their shape and type; raises for another kind of values."""

    def fitted(self, values: Array) -> Self:
        """A copy with the statistics of stored training values."""
        return self

    def stored(self, values: Array) -> Array:
        """Values in the form in which a data set keeps them."""
        return native(np.asarray(values))

    def like(self, other: "Field") -> Self:
        """A copy that scales as another field does."""
        return self

    @abstractmethod
    def check(self, values: Array, name: str) -> None:
        """Raises unless ``values``, an array, are stored values of this field."""

    @abstractmethod
    def scaled(self, values: Tensor) -> Tensor:
        """Stored values as networks take them; arrays and tensors alike."""

    def unscaled(self, values: Tensor) -> Tensor:
        """What networks put out, in stored units."""
        return values

    def comparable(self, values: Tensor) -> Tensor:
        """Stored values as metrics compare them."""
        return self.scaled(values)

    def in_units_of(self, other: "Field", values: Array) -> Array:
        """Stored values in the units of another field of the same values."""
        return values

    def rounded(self, values: Array) -> Array:
        """Values in stored units as files keep them."""
        return np.asarray(values)

    def tabled(
        self, name: str, values: Array, beside: Mapping[str, Array]
    ) -> dict[str, Array]:
        """The columns of a table of stored values, and of what is known of each of them."""
        return {name: values, **beside}

    @abstractmethod
    def paint(self, axes: Axes, cells: Array) -> None:
        """Draws stored values (rows, columns, …) into unit squares of the axes, rows downwards."""

    @property
    def signature(self) -> str:
        """A text that distinguishes data sets whose arrays are equal but whose fields differ."""
        return ""

    def get_config(self) -> dict[str, Any]:
        names = list(inspect.signature(type(self).__init__).parameters)[1:]
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(**config)

    def replaced(self, **values: Any) -> Self:
        """A copy with other arguments."""
        return type(self)(**{**self.get_config(), **values})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.get_config() == other.get_config()

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        told = ", ".join(
            f"{name}={value!r}" for name, value in self.get_config().items()
        )
        return f"{type(self).__name__}({told})"

    def __str__(self) -> str:
        size = "×".join(map(str, self.shape))
        if len(self.shape) == 1:
            return f"{self.noun}s of {counted(self.shape[0], 'number')}"
        return f"{self.noun}s {size}" if size else f"{self.noun}s"


def option(name: str, kind: str) -> str:
    """The data set option that sets a field's kind; ``name`` may begin with the data set's name."""
    return f"the option {name.rpartition(': ')[2]}={kind} of the data set"


def first_wrong(wrong: Array) -> tuple[int, int]:
    """The index of the first value with a wrong entry, and the number of such values."""
    rows = np.flatnonzero(wrong.reshape(len(wrong), -1).any(axis=1))
    return rows[0], len(rows)
