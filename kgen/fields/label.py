from typing import Any, Self

import keras
import numpy as np
from keras import ops
from matplotlib.axes import Axes

from kgen.checks import counted, few, hint
from kgen.fields.arrays import native
from kgen.fields.field import Field, option
from kgen.fields.painting import words
from kgen.types import Array, Names, Tensor

GREATEST = np.iinfo("int32").max
WORDS, NUMBERED = "USO", "names, y = np.unique(words, return_inverse=True)"


@keras.saving.register_keras_serializable("kgen")
class Label(Field):
    """One of several classes: whole numbers from 0, or their names where a data set stores words.

    Labels may also come as a column (n, 1), or one-hot (n, num_classes).

    Args:
        num_classes: int ≥ 1.
        names: list of str, one per class; the numbers by default.

    Example:
        >>> Label(3).scaled(np.array([[0.0, 0.0, 1.0]]))
        array([2], dtype=int32)
    """

    noun = "label"
    shape = ()

    def __init__(self, num_classes: int, names: Names | None = None):
        if num_classes != int(num_classes) or num_classes < 1:
            raise ValueError(
                f"num_classes={num_classes!r} is not a whole number of at least 1."
            )
        self.num_classes, self.names = int(num_classes), names

    @classmethod
    def of(cls, values: Array, name: str, names: Names | None = None) -> Self:
        values = native(np.asarray(values))
        if names is not None:
            return cls._of_names(values, name, names)
        if values.dtype.kind in WORDS:
            words = np.unique(values.astype(str)).tolist()
            return cls(len(words), words)
        values = _flat(values, name)
        _check_whole(values, name)
        found = np.unique(values)
        missing = np.flatnonzero(found != np.arange(len(found)))
        if len(missing):
            raise ValueError(
                f"{name}: no {cls.noun} is {missing[0]}, but one is {found[-1]}. Number the "
                "classes from 0 without gaps: np.unique(y, return_inverse=True)[1]. Numbers that "
                f"are no classes, such as ages, are {option(name, 'number')}."
            )
        return cls(len(found))

    @classmethod
    def _of_names(cls, values, name, names):
        """The field of labels whose classes have names; some classes may have no values."""
        if len(set(names)) < len(names):
            raise ValueError(
                f"{name}: the names of the classes, {', '.join(names)}, hold one twice. Name each "
                "once."
            )
        field = cls(len(names), names)
        field.check(field.stored(values), name)
        return field

    @property
    def class_names(self) -> list[str]:
        """The names of the classes."""
        return list(self.names or map(str, range(self.num_classes)))

    def stored(self, values: Array) -> Array:
        values = self._one_axis(self.numbered(values))
        with np.errstate(invalid="ignore"):
            whole = values.astype("int32")
        return whole if (whole == values).all() else values  # which the check refuses

    def numbered(self, values: Any) -> Array:
        """Labels as an array of numbers; the name of a class becomes its number."""
        values = native(np.asarray(values))
        return (
            self._numbers(values.astype(str)) if values.dtype.kind in WORDS else values
        )

    def number(self, text: str) -> int:
        """The class number of a text, which is a class name or a number."""
        known = text in self.class_names or not text.isdecimal()
        return self.numbered(text).item() if known else int(text)

    def check(self, values: Array, name: str) -> None:
        check_no_words(
            values,
            name,
            f"model.fields[{name!r}].numbered(words)" if self.names else NUMBERED,
        )
        flat = self._one_axis(values)
        if (
            flat.ndim != 1
            or flat.dtype.kind not in "uifb"
            or (flat != np.round(flat)).any()
        ):
            raise ValueError(
                f"{name} of shape {values.shape} and type {values.dtype} are not class labels; "
                f"pass one whole number from 0 to {self.num_classes - 1} each."
            )
        if flat.size and not (flat.min() >= 0 and flat.max() < self.num_classes):
            named = f": {few(self.names)}" if self.names else ""
            least, most = flat.min(), flat.max()
            given = (
                f"labels from {least} to {most}"
                if least < most
                else f"the label {least}"
            )
            raise ValueError(
                f"{name} holds {given}; the classes are 0 to {self.num_classes - 1}{named}."
            )

    def scaled(self, values: Tensor) -> Tensor:
        if isinstance(values, np.ndarray):
            return self._one_axis(values).astype("int32")
        if len(values.shape) == 1:
            return ops.cast(values, "int32")
        # A stream may not know whether its labels are a column or one-hot.
        values = ops.reshape(values, (ops.shape(values)[0], -1))
        best = ops.argmax(values, axis=-1)
        single = ops.cast(values[:, 0], "int32")
        return ops.where(ops.shape(values)[1] == 1, single, ops.cast(best, "int32"))

    @property
    def signature(self) -> str:
        return f"{self.num_classes}"

    def paint(self, axes: Axes, cells: Array) -> None:
        words(axes, np.asarray(self.class_names)[np.asarray(cells)])

    def __str__(self) -> str:
        return counted(self.num_classes, "class", "es")

    def _one_axis(self, values):
        if values.ndim == 2 and values.shape[1] == 1:
            return values[:, 0]
        if (
            values.ndim == 2
            and values.shape[1] == self.num_classes
            and _is_one_hot(values)
        ):
            return values.argmax(axis=1)
        return values

    def _numbers(self, words):
        known = {word: number for number, word in enumerate(self.class_names)}
        unknown = sorted(set(words.ravel().tolist()) - set(known))
        if unknown:
            told = f"{hint(unknown[0], known)} Known: {', '.join(known)}."
            raise ValueError(f"{unknown[0]!r} is none of the classes.{told}")
        numbers = [known[word] for word in words.ravel().tolist()]
        return np.array(numbers, "int32").reshape(words.shape)


def check_no_words(values: Array, name: str, numbered: str = NUMBERED) -> None:
    """Raises for labels that are words, and says how to number them."""
    if values.dtype.kind in WORDS:
        some = (
            ", such as {!r}".format(*values.ravel()[:1].tolist()) if values.size else ""
        )
        raise ValueError(
            f"{name} holds words{some}; labels are whole numbers from 0. Number the words: "
            f"{numbered}."
        )


def _flat(values, name):
    """Labels (n,) of labels (n,), (n, 1) or one-hot ones."""
    if values.ndim == 2:
        values = values[:, 0] if values.shape[1] == 1 else _positions(values, name)
    if values.ndim != 1:
        raise ValueError(
            f"{name} of shape {values.shape} are no labels; give one label each."
        )
    return values


def _positions(values, name):
    if not _is_one_hot(values):
        raise ValueError(
            f"{name} of shape {values.shape} are no labels: neither one number each nor one-hot."
        )
    return values.argmax(axis=1)


def _is_one_hot(values):
    return bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())


def _check_whole(values, name):
    if values.dtype.kind not in "uifb":
        raise ValueError(
            f"{name}: labels are {values.dtype}; number the classes: np.unique(y, "
            "return_inverse=True)[1]."
        )
    wrong = np.flatnonzero(
        (values != np.round(values)) | (values < 0) | (values > GREATEST)
    )
    if len(wrong):
        first = wrong[0]
        raise ValueError(
            f"{name}: label {values[first]} of image {first} is not a whole number from 0 up."
        )
