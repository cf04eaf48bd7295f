from collections.abc import Sequence
from typing import Self

import keras
import numpy as np
from keras import ops
from matplotlib.axes import Axes

from kgen.checks import counted
from kgen.fields.arrays import library
from kgen.fields.field import first_wrong, option
from kgen.fields.grid import Grid
from kgen.fields.numeric import with_channels
from kgen.fields.painting import canvas, show
from kgen.fields.volume import Volume, middle_planes
from kgen.types import Array, Shape, Tensor

MOST_CLASSES = 64
LARGEST = int(np.iinfo("int16").max)
RULE = f"a mask holds at most {MOST_CLASSES} whole numbers from 0 to {LARGEST}, one per class"
COLOURS = np.array([
    (0.0, 0.0, 0.0), (0.9, 0.6, 0.0), (0.35, 0.7, 0.9), (0.0, 0.6, 0.5), (0.95, 0.9, 0.25),
    (0.0, 0.45, 0.7), (0.8, 0.4, 0.0), (0.8, 0.6, 0.7),
])  # fmt: skip


@keras.saving.register_keras_serializable("kgen")
class Mask(Grid):
    """The class of each point as a whole number; 0 is the background.

    Two classes need one scaled channel; more classes have one channel each.

    Args:
        shape: tuple, of the scaled mask: (height, width, channels) or
            (depth, height, width, channels).
        values: list of ints from 0 to 32767, the stored value of each class, such as 0 and 255 in
            a picture.
        span: pair of floats, the scaled values for no and for yes.

    Raises:
        ValueError: if a mask holds other values.

    Example:
        >>> masks = np.zeros((4, 64, 64), "uint8")
        >>> masks[:, 20:30, 20:30] = 255
        >>> scaled = Mask.of(masks, "y").scaled(masks)
        >>> scaled.shape, np.unique(scaled)
        ((4, 64, 64, 1), array([0., 1.], dtype=float32))
    """

    noun = "mask"
    default_likelihood = "bernoulli"
    rank = 2
    least_side = 8

    def __init__(
        self,
        shape: Shape,
        values: Sequence[int] = (0, 1),
        span: Sequence[float] = (0.0, 1.0),
    ):
        super().__init__(shape, span=span)
        self.values = list(values)

    @classmethod
    def of(cls, values: Array, name: str) -> Self:
        rank = _rank(np.asarray(values))
        values = with_channels(values, rank)
        layout = "(n, height, width) or (n, depth, height, width) of whole numbers"
        (Volume if rank == 3 else cls).check_grid(values, name, layout)
        cls._check_finite(cls(values.shape[1:]), values, name)
        told = no_classes(values)
        if told:
            raise ValueError(f"{name} {told}. Pictures are {option(name, 'image')}.")
        found = np.unique(values)
        _check_background(found, name)
        channels = 1 if len(found) == 2 else len(found)
        return cls((*values.shape[1:-1], channels), [int(value) for value in found])

    @property
    def is_volume(self) -> bool:
        """Whether masks are of volumes."""
        return len(self.shape) == 4

    def stored(self, values: Array) -> Array:
        return with_channels(values, len(self.shape) - 1)

    @property
    def cell(self) -> tuple[float, float]:
        return Volume.cell if self.is_volume else super().cell

    def onto(self, span: Sequence[float]) -> Self:
        return self.replaced(span=tuple(span))

    def check(self, values: Array, name: str) -> None:
        shape = (*self.shape[:-1], 1)
        if values.shape[1:] != shape:
            raise ValueError(
                f"{name} has the shape {values.shape}; masks are (n, {', '.join(map(str, shape))})."
            )
        unknown = ~np.isin(values, self.values)
        if unknown.any():
            first, _ = first_wrong(unknown)
            raise ValueError(
                f"{name} holds {values[first][unknown[first]][0]} in mask {first}; the classes are "
                f"{', '.join(map(str, self.values))}."
            )

    def scaled(self, values: Tensor) -> Tensor:
        use = library(values)
        values = use.reshape(values, (-1, *self.shape[:-1], 1))
        shown = self.values[1:] if len(self.values) == 2 else self.values
        no, yes = self.span
        is_shown = use.cast(values == np.asarray(shown, values.dtype.name), "float32")
        return no + (yes - no) * is_shown

    def unscaled(self, values: Tensor) -> Tensor:
        classes = np.asarray(self.values, "float32")
        if len(classes) == 2:
            is_second = library(values).cast(values >= np.mean(self.span), "float32")
            return classes[0] + is_second * (classes[1] - classes[0])
        best = ops.one_hot(ops.argmax(values, axis=-1), len(classes))
        found = ops.sum(best * classes, axis=-1, keepdims=True)
        return ops.convert_to_numpy(found) if isinstance(values, np.ndarray) else found

    def rounded(self, values: Array) -> Array:
        return np.rint(values).astype("uint8" if max(self.values) < 256 else "int32")

    def paint(self, axes: Axes, cells: Array) -> None:
        numbers = np.searchsorted(self.values, np.asarray(cells)[..., 0])
        coloured = COLOURS[numbers % len(COLOURS)]
        show(
            axes,
            canvas(middle_planes(coloured) if self.is_volume else coloured),
            cells.shape,
        )

    @property
    def signature(self) -> str:
        return f"{len(self.values)}"


def no_classes(values: Array) -> str:
    """What in masks is no number of a class, in words; an empty text without any."""
    found, counts = np.unique(values, return_counts=True)
    wrong = (found != np.round(found)) | (found < 0) | (found > LARGEST)
    if len(found) > MOST_CLASSES:
        count = f"{len(found)} different values from {found[0]:g} to {found[-1]:g}"
        return f"holds {count}; {RULE}"
    if not wrong.any():
        return ""
    points = counted(int(counts[wrong][0]), "point")
    return f"holds {found[wrong][0]:g} in {points}; {RULE}"


def _check_background(found, name):
    """Raises unless the different values of all masks are 0 and others."""
    if len(found) < 2:
        raise ValueError(
            f"{name} holds the one value {found[0]}; a mask tells classes apart."
        )
    if found[0] != 0:
        raise ValueError(
            f"{name} holds classes from {found[0]:g} to {found[-1]:g} and 0 in no point; 0 is the "
            "background. Number the classes from 0."
        )


def _rank(values):
    """The number of spatial axes of an array of masks, with or without a channel axis."""
    with_channel = values.ndim == 5 or (values.ndim == 4 and values.shape[-1] == 1)
    return min(3, values.ndim - 1 - with_channel)
