from typing import Self

import keras
import numpy as np
from matplotlib.axes import Axes

from kgen.checks import counted
from kgen.fields.arrays import native
from kgen.fields.field import Field
from kgen.fields.label import WORDS, Label
from kgen.fields.painting import words
from kgen.types import Array, Names, Tensor

UNKNOWN = -1
MISSING = "", "na", "n/a", "nan", "null", "none"


@keras.saving.register_keras_serializable("kgen")
class PartialLabel(Field):
    """One of several classes, if it is known: whole numbers from 0; −1 is unknown.

    It is not a ``Label``: models that need the class of every value do not accept it.

    Args:
        num_classes: int ≥ 1.
        names: list of str, one per class; the numbers by default.

    Example:
        >>> field = PartialLabel.of(np.array(["resistant", "", "sensitive"]), "y")
        >>> field.stored(np.array(["sensitive", ""]))
        array([ 1, -1], dtype=int32)
    """

    noun = "label"
    shape = ()

    def __init__(self, num_classes: int, names: Names | None = None):
        self.whole = Label(num_classes, names)
        self.num_classes, self.names = self.whole.num_classes, names

    @classmethod
    def of(cls, values: Array, name: str, names: Names | None = None) -> Self:
        values = native(np.asarray(values))
        known = ~unknown(values)
        if not known.any():
            raise ValueError(
                f"{name}: no label is known. Give some, or leave the field out."
            )
        field = Label.of(values[known], name, names)
        return cls(field.num_classes, field.names)

    @property
    def class_names(self) -> list[str]:
        """The names of the classes."""
        return self.whole.class_names

    def stored(self, values: Array) -> Array:
        values = native(np.asarray(values))
        known = ~unknown(values)
        numbers = np.full(len(values), UNKNOWN, "int32")
        numbers[known] = self.whole.stored(values[known])
        return numbers

    def check(self, values: Array, name: str) -> None:
        flat = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
        known = flat[flat != UNKNOWN] if flat.dtype.kind in "if" else flat
        self.whole.check(known, name)

    def scaled(self, values: Tensor) -> Tensor:
        return self.whole.scaled(values)

    @property
    def signature(self) -> str:
        return self.whole.signature

    def paint(self, axes: Axes, cells: Array) -> None:
        words(axes, np.append(self.class_names, "?")[np.asarray(cells)])

    def __str__(self) -> str:
        return f"{counted(self.num_classes, 'class', 'es')}, not known of every value"


def unknown(values: Array) -> Array:
    """Where labels are unknown: −1, NaN, or a word that stands for a missing value."""
    if values.dtype.kind in WORDS:
        return np.isin(np.char.lower(np.char.strip(values.astype(str))), MISSING)
    return (values == UNKNOWN) | (values != values)
