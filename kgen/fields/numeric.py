import math
from collections.abc import Iterator, Sequence
from typing import Any, Self, TypeAlias

import keras
import numpy as np

from kgen.fields.arrays import library, native
from kgen.fields.field import Field, first_wrong
from kgen.types import Array, Shape, Tensor

# A number of all features, or one per feature.
Each: TypeAlias = float | Sequence[float] | None

EXACT = 2  # bytes; float32 holds whole numbers of this size without rounding
PIECE = 2**22  # numbers processed at a time


class Numeric(Field):
    """Base class of numeric fields: an affine map turns stored values into network inputs.

        scaled = a + (b − a) (x − low) / (high − low),   or, with a mean,   (x − mean) / deviation

    Args:
        shape: tuple of ints, the shape of one value.
        low: float, the least stored value.
        high: float, the greatest.
        span: pair of floats (a, b), the scaled values of ``low`` and ``high``.
        mean: float or list of floats, one per feature; ``None`` scales by the range.
        deviation: the standard deviation or deviations that belong to ``mean``.
        dtype: str, the type in which files keep the values; ``None`` for float32.

    Raises:
        ValueError: if ``low`` is not below ``high``.
    """

    default_likelihood = "gaussian"
    low: Any
    high: Any
    mean: Any
    deviation: Any
    clipped = False  # whether values beyond the range are brought back to its ends

    def __init__(
        self,
        shape: Shape,
        low: Each = 0.0,
        high: Each = 1.0,
        span: Sequence[float] = (0.0, 1.0),
        mean: Each = None,
        deviation: Each = None,
        dtype: str | None = None,
    ):
        self.shape, self.span = tuple(shape), tuple(span)
        self.low, self.high, self.mean, self.deviation = low, high, mean, deviation
        self.dtype = dtype
        if low is not None and (high is None or not np.all(np.less(low, high))):
            raise ValueError(
                f"low={low!r} is not below high={high!r}, the least and the greatest value."
            )

    @property
    def standardised(self) -> bool:
        """Whether values are measured in standard deviations from their mean."""
        return self.mean is not None

    @property
    def limits(self) -> tuple[float, ...]:
        """The least and the greatest scaled value that training values have."""
        if not self.standardised:
            return self.span
        ends = (
            (np.asarray(end) - self.mean) / self.deviation
            for end in (self.low, self.high)
        )
        least, greatest = ends
        return float(np.min(least)), float(np.max(greatest))

    def onto(self, span: Sequence[float]) -> Self:
        """A copy that brings the range of stored values onto ``span``, whatever their mean."""
        return self.replaced(span=tuple(span), mean=None, deviation=None)

    def like(self, other: "Numeric") -> Self:
        # What is standardised has the limits of the other already.
        same = self.standardised and np.allclose(self.limits, other.limits)
        return self if same else self.onto(other.limits)

    def bounded(self) -> Self:
        """A copy for networks that end in tanh: scaled to [−1, 1], unless standardised."""
        return self if self.standardised else self.onto((-1.0, 1.0))

    def check(self, values: Array, name: str) -> None:
        self._check_shape(values, name)
        self._check_finite(values, name)

    def scaled(self, values: Tensor) -> Tensor:
        use = library(values)
        # A stream may not know its shape; from here on it is known.
        values = use.reshape(values, (-1, *self.shape))
        scale = self._standardised if self.standardised else self._spanned
        return self._within(scale(values, use))

    def unscaled(self, values: Tensor) -> Tensor:
        values = self._within(values)
        if self.standardised:
            return values * _float32(self.deviation) + _float32(self.mean)
        a, b = self.span
        width = np.subtract(self.high, self.low) / (b - a)
        return (values - np.float32(a)) * _float32(width) + _float32(self.low)

    def rounded(self, values: Array) -> Array:
        if self.dtype is None or np.dtype(self.dtype).kind not in "iu":
            return np.asarray(values, self.dtype or "float32")
        return np.rint(values).astype(self.dtype)

    @property
    def signature(self) -> str:
        return "×".join(map(str, self.shape))

    def _within(self, values):
        if not self.clipped:
            return values
        return library(values).clip(values, *map(np.float32, self.limits))

    def _spanned(self, values, use):
        a, b = self.span
        factor = (b - a) / np.subtract(self.high, self.low)
        offset = a - np.multiply(self.low, factor)
        return use.cast(values, "float32") * _float32(factor) + _float32(offset)

    def _standardised(self, values, use):
        # Subtract the mean before float32 rounds large numbers.
        size = np.dtype(keras.backend.standardize_dtype(values.dtype)).itemsize
        kind = "float32" if size <= EXACT else use.widest
        mean, deviation = (
            np.asarray(number, kind) for number in (self.mean, self.deviation)
        )
        return use.cast((use.cast(values, kind) - mean) / deviation, "float32")

    def _check_shape(self, values, name):
        if values.shape[1:] != self.shape:
            size = ", ".join(map(str, self.shape))
            raise ValueError(
                f"{name} has the shape {values.shape}; this model takes {self.noun}s of shape (n, "
                f"{size})."
            )

    def _check_finite(self, values, name):
        if values.dtype.kind not in "uifb":
            raise ValueError(f"{name} holds {values.dtype}; {self.noun}s are numbers.")
        if values.dtype.kind == "f" and not all(
            np.isfinite(piece).all() for piece in pieces(values)
        ):
            first, count = first_wrong(~np.isfinite(values))
            raise ValueError(
                f"{name} holds NaN or infinity, first in {self.noun} {first}"
                f"{self._place(values[first])}, in {count} of {len(values)}; networks take finite "
                f"values. Remove or mend these {self.noun}s."
            )

    def _place(self, value):
        """Says where in a value the first number that is not finite is."""
        place = np.argwhere(~np.isfinite(value))[0].tolist()
        return f" at {tuple(place)}"


def moments(values: Array, axes: tuple[int, ...]) -> tuple[Array, Array]:
    """Mean and standard deviation over ``axes``, which include the first.

    They are computed in float64 and in pieces of bounded memory.
    """
    count = math.prod(values.shape[axis] for axis in axes)
    mean = (
        sum(piece.sum(axis=axes, dtype="float64") for piece in pieces(values)) / count
    )
    squares = sum(np.square(piece - mean).sum(axis=axes) for piece in pieces(values))
    return mean, np.sqrt(squares / count)


def pieces(values: Array) -> Iterator[Array]:
    """Splits values (n, …) into pieces of some millions of numbers."""
    size = max(1, PIECE // max(1, math.prod(values.shape[1:])))
    return (values[start : start + size] for start in range(0, len(values), size))


def with_channels(values: Array, rank: int) -> Array:
    """Values (n, …) with a channel axis, which is added where values of one channel lack it."""
    values = native(np.asarray(values))
    return values[..., None] if values.ndim == rank + 1 else values


def _float32(number):
    return np.asarray(number, "float32")
