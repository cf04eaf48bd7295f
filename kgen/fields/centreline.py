from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Self

import keras
import numpy as np
from matplotlib.axes import Axes
from scipy.interpolate import BSpline

from kgen.fields.arrays import library
from kgen.fields.curve import Curve
from kgen.fields.field import first_wrong
from kgen.fields.numeric import Each
from kgen.fields.tubes import tubes
from kgen.types import Array, Shape, Tensor

DEGREE = 3
COEFFICIENTS = 16
POINT = "x", "y", "z", "radius"
CHANNELS = len(POINT)
VESSEL = "vessel"  # the column that says whose a point is
TINY = 1e-12  # keeps the speed of a point above 0


@keras.saving.register_keras_serializable("kgen")
class Centreline(Curve):
    """Centrelines of vessels: points x, y, z and the radius there, all in mm.

    Networks take the coefficients of cubic B-splines B_k over the place u in [0, 1]:

        t(u) = Σ_k a_k B_k(u),   log r(u) = Σ_k b_k B_k(u)
        p(u) = L ∫ t / |t| du,   L the mean of |t|

    t is the derivative dp/du of a stored centreline. The coefficients are fitted by least squares
    and measured in standard deviations from their mean, channel by channel. What comes back is
    smooth, of length L, begins at the origin, and its radius is above 0. Its points are equally far
    apart, whatever the coefficients.

    Args:
        shape: tuple (coefficients, 4).
        points: int ≥ coefficients, points of a stored centreline, equally spaced.
        low, high, span, mean, deviation, dtype: as in ``kgen.fields.Numeric``, of the coefficients.

    Raises:
        ValueError: for fewer points than coefficients, fewer than 8 coefficients, or stored values
            with NaN or a radius that is not above 0.

    Example:
        >>> field = Centreline.of(vessels, "x").fitted(vessels)  # vessels (n, 64, 4)
        >>> field.unscaled(field.scaled(vessels))  # the same, in mm
    """

    noun = "centreline"
    layout = "(n, points, 4) with x, y, z and radius in mm"
    cell = (1.0, 1.0)

    def __init__(
        self,
        shape: Shape,
        points: int,
        low: Each = None,
        high: Each = None,
        span: Sequence[float] = (0.0, 1.0),
        mean: Each = None,
        deviation: Each = None,
        dtype: str | None = None,
    ):
        super().__init__(shape, low, high, span, mean, deviation, dtype)
        self.points = points
        coefficients = self.shape[0]
        if not self.least_side <= coefficients <= points:
            raise ValueError(
                f"coefficients={coefficients!r} is not a whole number from {self.least_side} to "
                f"{points}, the points of a centreline. Take fewer, or resample to more points."
            )

    @classmethod
    def of(cls, values: Array, name: str, coefficients: int = COEFFICIENTS) -> Self:
        values = np.asarray(values)
        cls.check_grid(values, name, cls.layout)
        field = cls((coefficients, CHANNELS), values.shape[1], dtype=values.dtype.name)
        field.check(values, name)
        return field

    def fitted(self, values: Array) -> Self:
        return super().fitted(self._coefficients(values))

    def check(self, values: Array, name: str) -> None:
        if values.shape[1:] != (self.points, CHANNELS):
            raise ValueError(
                f"{name} has the shape {values.shape}; this model takes {self.noun}s of shape (n, "
                f"{self.points}, {CHANNELS}): x, y, z and radius of each point."
            )
        self._check_finite(values, name)
        narrow = values[..., 3] <= 0
        if narrow.any():
            first, count = first_wrong(narrow)
            raise ValueError(
                f"{name} holds a radius of {values[first, :, 3].min():g} mm in {self.noun} "
                f"{first}, and none above 0 in {count} of {len(values)}. A radius is above 0: "
                "mend or remove these."
            )

    def scaled(self, values: Tensor) -> Tensor:
        return super().scaled(self._coefficients(values))

    def unscaled(self, values: Tensor) -> Tensor:
        coefficients, use = super().unscaled(values), library(values)
        matrices = self._matrices
        ahead = matrices.splines @ coefficients[..., :3]
        speed = (ahead * ahead @ np.ones((3, 1), "float32") + TINY) ** 0.5
        places = matrices.mean @ speed * (matrices.sums @ (ahead / speed))
        radii = use.exp(matrices.splines @ coefficients[..., 3:])
        return use.concatenate([places, radii], axis=-1)

    def tabled(
        self, name: str, values: Array, beside: Mapping[str, Array]
    ) -> dict[str, Array]:
        """One row per point; the classes y become the column class, as y is a place."""
        count = values.shape[1]
        vessels = np.repeat(
            [f"vessel_{number:05d}" for number in range(len(values))], count
        )
        points = zip(POINT, values.reshape(-1, CHANNELS).T, strict=True)
        named = {
            "class" if known in POINT else known: own for known, own in beside.items()
        }
        told = {known: np.repeat(own, count) for known, own in named.items()}
        return {VESSEL: vessels, **dict(points), **told}

    @property
    def signature(self) -> str:
        return f"{super().signature} of {self.points}"

    def __str__(self) -> str:
        return f"{self.noun}s of {self.points} points, {self.shape[0]} spline coefficients each"

    def paint(self, axes: Axes, cells: Array) -> None:
        tubes(axes, np.asarray(cells), self.radii)

    @property
    def radii(self) -> tuple[float, float]:
        """The radii in mm between which colours run: two standard deviations about the mean."""
        if not self.standardised:
            return float(np.exp(self.low[3])), float(np.exp(self.high[3]))
        mean, reach = self.mean[3], 2 * self.deviation[3]
        return float(np.exp(mean - reach)), float(np.exp(mean + reach))

    def _coefficients(self, values):
        use, matrices = library(values), self._matrices
        values = use.cast(use.reshape(values, (-1, self.points, CHANNELS)), "float32")
        moved = values[..., :3] - values[:, :1, :3]
        both = matrices.derivative @ moved, matrices.fit @ use.log(values[..., 3:])
        return use.concatenate(both, axis=-1)

    @cached_property
    def _matrices(self):
        return Matrices.of(self.points, self.shape[0])


class Matrices(NamedTuple):
    """Linear maps between functions at ``points`` places in [0, 1] and ``count`` B-splines.

    Args:
        splines: array (points, count), from coefficients to the function.
        fit: array (count, points), from a function to coefficients, by least squares.
        derivative: array (count, points), from a function to coefficients of its derivative.
        sums: array (points, points), from a function to its integral from 0 on.
        mean: array (1, points), from a function to its mean.
    """

    splines: Array
    fit: Array
    derivative: Array
    sums: Array
    mean: Array

    @classmethod
    def of(cls, points: int, count: int) -> Self:
        """The maps for cubic splines over equally long pieces of [0, 1]."""
        inner = np.linspace(0.0, 1.0, count - DEGREE + 1)
        knots = np.concatenate([np.zeros(DEGREE), inner, np.ones(DEGREE)])
        basis, places = (
            BSpline(knots, np.eye(count), DEGREE),
            np.linspace(0.0, 1.0, points),
        )
        splines, integrals = basis(places), basis.antiderivative()(places)
        fit, sums = np.linalg.pinv(splines), integrals @ np.linalg.pinv(splines)
        found = splines, fit, np.linalg.pinv(integrals), sums, sums[-1:]
        return cls(*(matrix.astype("float32") for matrix in found))
