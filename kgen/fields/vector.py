from collections.abc import Sequence
from typing import Self

import keras
import numpy as np
from matplotlib.axes import Axes

from kgen.checks import few
from kgen.fields.numeric import Each, Numeric, moments, pieces
from kgen.fields.painting import canvas, show, temperatures
from kgen.types import Array, Names, Shape

# of a painted vector: its colours, and the deviations that they span
STRIPES, REACH = 120, 3.0
# Inches: least and greatest width of a painted vector, its height, and the width of one name.
NARROWEST, WIDEST, HEIGHT, NAME = 1.2, 2.4, 0.25, 0.12
LONGEST = 20  # letters of a name below a painted vector
# Fraction of the numbers scaled by a range: a few new ones may well lie beyond it.
MOST_OUTSIDE = 0.5


@keras.saving.register_keras_serializable("kgen")
class Vector(Numeric):
    """Features side by side, such as the expression of genes.

    Each feature is measured in standard deviations from its mean. For a model that takes numbers
    in a range such as [0, 1], each feature is scaled by its range in the training values instead;
    values beyond that range are then clipped.

    Args:
        shape: tuple (features,).
        low, high, span, mean, deviation, dtype: as in ``kgen.fields.Numeric``; low, high, mean and
            deviation are lists with one entry per feature.
        names: list of str, one per feature; numbers from 0 by default.

    Example:
        >>> field = Vector.of(table, "x").fitted(table)
        >>> bool(np.allclose(field.scaled(table).mean(axis=0), 0.0, atol=1e-5))
        True
    """

    noun = "vector"

    def __init__(
        self,
        shape: Shape,
        low: Each = 0.0,
        high: Each = 1.0,
        span: Sequence[float] = (0.0, 1.0),
        mean: Each = None,
        deviation: Each = None,
        dtype: str | None = None,
        names: Names | None = None,
    ):
        super().__init__(shape, low, high, span, mean, deviation, dtype)
        self.names = names
        if names is not None and len(names) != self.shape[0]:
            raise ValueError(
                f"names are {len(names)}, but there are {self.shape[0]} features. Give one each."
            )

    @classmethod
    def of(cls, values: Array, name: str, names: Names | None = None) -> Self:
        values = np.asarray(values)
        if not values.size:
            raise ValueError(f"{name} of shape {values.shape} holds no values.")
        values = values.reshape(len(values), -1)
        field = cls(values.shape[1:], None, None, dtype=values.dtype.name, names=names)
        field.check(values, name)
        return field

    def stored(self, values: Array) -> Array:
        values = super().stored(values)
        return values.reshape(len(values), -1)

    def fitted(self, values: Array) -> Self:
        low, high = values.min(axis=0), values.max(axis=0)
        self._check_varying(low, high)
        mean, deviation = moments(values, axes=(0,))
        ends = {"low": low.tolist(), "high": high.tolist()}
        return self.replaced(mean=mean.tolist(), deviation=deviation.tolist(), **ends)

    @property
    def clipped(self) -> bool:
        """Whether values beyond the range are clipped: they are if the range scales them."""
        return not self.standardised and self.low is not None

    @property
    def columns(self) -> Names | None:
        return self.names

    def check(self, values: Array, name: str) -> None:
        super().check(values, name)
        if self.clipped and len(values):
            self._check_range(values, name)

    def name(self, position: int) -> str:
        """What the feature at a position is called."""
        return f"{position}" if self.names is None else f"{self.names[position]!r}"

    @property
    def cell(self) -> tuple[float, float]:
        return min(
            max(NARROWEST, NAME * self.shape[0] * (self.names is not None)), WIDEST
        ), HEIGHT

    @property
    def marks(self) -> Sequence[tuple[float, str]]:
        """The names of the features; only every second, third, … if there is no room for all."""
        if self.names is None:
            return ()
        count = self.shape[0]
        room = int(self.cell[0] / NAME + 0.5)
        shown = range(0, count, -(-count // room))
        # a white stripe is the last
        painted = min(count, STRIPES) / (min(count, STRIPES) + 1)
        return [
            (painted * (position + 0.5) / count, _short(self.names[position]))
            for position in shown
        ]

    def paint(self, axes: Axes, cells: Array) -> None:
        scaled = self.scaled(np.asarray(cells).reshape(-1, *self.shape))
        strips = temperatures(_thinned(scaled.reshape(cells.shape)), self._drawn)
        show(axes, canvas(strips[:, :, None]), cells.shape)

    @property
    def _drawn(self):
        return (-REACH, REACH) if self.standardised else self.limits

    def _check_range(self, values, name):
        outside = [
            np.mean((piece < self.low) | (piece > self.high))
            for piece in pieces(values)
        ]
        if np.mean(outside) > MOST_OUTSIDE:
            least, most = (f"{end(values):g}" for end in (np.min, np.max))
            raise ValueError(
                f"{name} holds numbers from {least} to {most}, of which {np.mean(outside):.0%} lie "
                f"outside the range of their feature, {np.min(self.low):g} to "
                f"{np.max(self.high):g}. Bring them to the units of the training, or make the "
                "model of a field that is fitted to such values: Vector.of(x, 'x').fitted(x)."
            )

    def _check_varying(self, low, high):
        constant = np.flatnonzero(low == high)
        if len(constant):
            named = few(
                constant.tolist()
                if self.names is None
                else [self.names[place] for place in constant]
            )
            raise ValueError(
                f"Column {named} of the vectors has one value, such as {low[constant[0]]}, in all "
                "training rows, which nothing can be learnt from. Leave such columns out with "
                "drop_constant=true or drop=NAME, options of the data set."
            )

    def _place(self, value):
        return f", column {self.name(np.flatnonzero(~np.isfinite(value))[0])}"


def _short(name):
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _thinned(vectors):
    """Long vectors as means of neighbouring features, as many as there is room for."""
    count = vectors.shape[-1]
    if count <= STRIPES:
        return vectors
    edges = np.linspace(0, count, STRIPES, endpoint=False).astype(int)
    return np.add.reduceat(vectors, edges, axis=-1) / np.diff([*edges, count])
