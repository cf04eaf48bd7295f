import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Self

import keras
import numpy as np
from matplotlib.axes import Axes

from kgen.fields import frames
from kgen.fields.arrays import library
from kgen.fields.field import first_wrong
from kgen.fields.numeric import Each, Numeric, moments
from kgen.fields.splines import Splines
from kgen.fields.tubes import tubes
from kgen.types import Array, Shape, Tensor

COEFFICIENTS, LEAST = 16, 8
COARSE = 6  # coefficients of the radius's coarse part
# of the numbers that networks see: the logarithm of the length, and both angles of the first turn
OWN = 3
POINT = "x", "y", "z", "radius"
CHANNELS = len(POINT)
VESSEL = "vessel"  # the column that says whose a point is
EVEN = 1.5  # the longest of a vessel's steps over the shortest: chords of bends differ a little
REMEDY = (
    "resample with kgen.data.arteries.centrelines.resampled, or save the vessels as CSV files "
    "and load centrelines:PATH, which resamples them"
)
NARROW = 1e-3  # radians, log mm: rounding is far below, and nobody would see it


@keras.saving.register_keras_serializable("kgen")
class Centreline(Numeric):
    """Centrelines of vessels: points x, y, z and the radius there, all in mm.

    Networks take numbers that describe a vessel by itself, wherever it lies:

        log L,   the first direction,   κ₁(u) = Σ_k a_k B_k(u),   κ₂(u) = Σ_k b_k B_k(u)
        log r(u) = Σ_k c_k C_k(u) + Σ_j ε_j sinh(d_j) D_j(u)

    L is the length, u in [0, 1] the place along it. κ₁ and κ₂ are the angles by which the direction
    turns from one step to the next, seen from a frame that never rolls about the line. B_k are
    cubic B-splines, C_k fewer and wider ones. D_j are orthonormal functions: cos πju, fitted by
    finer B-splines, without its parts along the C_k and the earlier D_j: a stenosis is shorter than
    a bend, so the radius has twice as many coefficients as an angle. ε_j is the median size of
    detail j in the training values, so that both the small details of a smooth vessel and the large
    ones of a stenosis are of the order of 1. The d_j are clipped to their range in the training
    values. All coefficients are fitted by least squares. Each number is measured in standard
    deviations from its mean.

    Whatever the numbers are, the vessel begins at the origin, its steps are equally long, and its
    radius is above 0.

    Args:
        shape: tuple (2 · coefficients + radius + 3,), radius being 2 · coefficients or, if smaller,
            points.
        points: int ≥ coefficients + 2, points of a stored centreline, equally spaced.
        heading: list of 3 floats, the mean direction of the first step.
        grain: list of floats ε, one per detail.
        low, high, span, mean, deviation, dtype: as in ``kgen.fields.Numeric``, one entry per
            number.

    Raises:
        ValueError: for fewer points than coefficients + 2, fewer than 8 coefficients, or stored
            values with NaN, a radius that is not above 0, a point that is repeated, or a step that
            is more than 1.5 times as long as another one of its vessel.

    Example:
        >>> field = Centreline.of(vessels, "x").fitted(vessels)  # vessels (n, 64, 4)
        >>> field.unscaled(field.scaled(vessels))  # the same, in mm

    Reference:
        Bishop, There is More than One Way to Frame a Curve, 1975,
        doi:10.1080/00029890.1975.11993807
    """

    noun = "centreline"
    layout = "(n, points, 4) with x, y, z and radius in mm"
    cell = (1.0, 1.0)

    def __init__(
        self,
        shape: Shape,
        points: int,
        heading: Sequence[float] = (1.0, 0.0, 0.0),
        grain: Each = 1.0,
        low: Each = None,
        high: Each = None,
        span: Sequence[float] = (0.0, 1.0),
        mean: Each = None,
        deviation: Each = None,
        dtype: str | None = None,
    ):
        super().__init__(shape, low, high, span, mean, deviation, dtype)
        self.points, self.heading, self.grain = points, heading, grain
        self._check_shape()

    def _check_shape(self):
        shape = _shape(self.coefficients, self.points)
        details = self._details.stop - self._details.start
        if self.shape != shape or (np.ndim(self.grain) and len(self.grain) != details):
            raise ValueError(
                f"shape={self.shape!r} with {np.size(self.grain)} details is of a model of "
                "centrelines of an earlier version of kgen. Train it anew."
            )
        if not LEAST <= self.coefficients <= self.points - 2:
            raise ValueError(
                f"coefficients={self.coefficients!r} is not a whole number from {LEAST} to "
                f"{self.points - 2}, two fewer than a centreline has points. Take a number in this "
                "range, or resample to more points."
            )

    @property
    def coefficients(self) -> int:
        """How many coefficients each of both angles has; the radius may have twice as many."""
        both = self.shape[0] - OWN
        return max(both // 2, both - self.points) // 2

    @classmethod
    def of(cls, values: Array, name: str, coefficients: int = COEFFICIENTS) -> Self:
        values = np.asarray(values)
        if values.ndim != 3 or not values.size:
            raise ValueError(
                f"{name} of shape {values.shape} holds no {cls.noun}s: they are {cls.layout}."
            )
        points = values.shape[1]
        field = cls(_shape(coefficients, points), points, dtype=values.dtype.name)
        field.check(values, name)
        return field

    def fitted(self, values: Array) -> Self:
        heading = _mean_direction(_steps(values)[:, 0])
        towards = self.replaced(heading=heading.tolist(), grain=1.0)
        details = np.sinh(towards._numbers(values)[:, self._details])
        grain = np.maximum(np.median(np.abs(details), axis=0), NARROW)
        return towards.replaced(grain=grain.tolist())._standardised_by(values)

    def check(self, values: Array, name: str) -> None:
        if values.shape[1:] != (self.points, CHANNELS):
            raise ValueError(
                f"{name} has the shape {values.shape}; this model takes {self.noun}s of shape (n, "
                f"{self.points}, {CHANNELS}): x, y, z and radius of each point."
            )
        self._check_finite(values, name)
        self._check_radii(values, name)
        self._check_apart(values, name)
        self._check_even(values, name)

    def _check_radii(self, values, name):
        narrow = values[..., 3] <= 0
        if narrow.any():
            first, count = first_wrong(narrow)
            raise ValueError(
                f"{name} holds a radius of {values[first, :, 3].min():g} mm in {self.noun} "
                f"{first}, and none above 0 in {count} of {len(values)}. A radius is above 0: "
                "mend or remove these."
            )

    def _check_apart(self, values, name):
        repeated = (_steps(values) == 0).all(axis=2)
        if repeated.any():
            first, count = first_wrong(repeated)
            raise ValueError(
                f"{name} repeats point {repeated[first].argmax()} in {self.noun} {first}, and a "
                f"point in {count} of {len(values)}. Neighbouring points are apart: {REMEDY}."
            )

    def _check_even(self, values, name):
        ratios = unevenness(values)
        uneven = ratios[:, None] > EVEN
        if uneven.any():
            first, count = first_wrong(uneven)
            raise ValueError(
                f"{name} has a step {ratios[first]:.3g} times as long as another one in "
                f"{self.noun} {first}, and more than {EVEN} times in {count} of {len(values)}. "
                f"Points lie at equal distances along a vessel: {REMEDY}."
            )

    def scaled(self, values: Tensor) -> Tensor:
        return super().scaled(self._numbers(values))

    def unscaled(self, values: Tensor) -> Tensor:
        numbers, use = super().unscaled(values), library(values)
        return use.concatenate([self._places(numbers), self._radii(numbers)], axis=-1)

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
        told = f"{self.coefficients} spline coefficients per angle"
        return f"{self.noun}s of {self.points} points, {told}"

    def paint(self, axes: Axes, cells: Array) -> None:
        tubes(axes, np.asarray(cells), self.radii)

    @property
    def radii(self) -> tuple[float, float]:
        """The radii in mm between which colours run: two standard deviations about the mean."""
        coarse = self._coarse
        if not self.standardised:
            ends = min(self.low[coarse]), max(self.high[coarse])
            return float(np.exp(ends[0])), float(np.exp(ends[1]))
        means = np.array(self.mean[coarse])
        deviations = np.array(self.deviation[coarse])
        reach = 2 * np.sqrt(means.var() + np.square(deviations).mean())
        return float(np.exp(means.mean() - reach)), float(np.exp(means.mean() + reach))

    def _standardised_by(self, values):
        numbers = self._numbers(values)
        low, high = numbers.min(axis=0), numbers.max(axis=0)
        mean, deviation = moments(numbers, axes=(0,))
        spread = {
            "mean": mean.tolist(),
            "deviation": np.maximum(deviation, NARROW).tolist(),
        }
        return self.replaced(low=low.tolist(), high=(high + NARROW).tolist(), **spread)

    def _numbers(self, values):
        """What networks see, not yet scaled, of points (n, points, 4)."""
        use, splines = library(values), self._splines
        values = use.reshape(values, (-1, self.points, CHANNELS))
        steps = _steps(values)
        sizes = frames.length(steps)
        turns = frames.turns(steps / sizes @ frames.frame(self.heading))
        radii = splines.radius_fit @ use.log(use.cast(values[..., 3:], "float32"))
        return _side_by_side(
            use.log(np.ones((1, self.points - 1), "float32") @ sizes),
            turns[:, :1],
            splines.turns_fit @ turns[:, 1:],
            radii[:, :COARSE],
            use.arcsinh(radii[:, COARSE:] / self._grain[..., None]),
        )

    def _places(self, numbers):
        """Points (n, points, 3) by the length and the turns."""
        use, splines = library(numbers), self._splines
        first = use.reshape(numbers[:, 1:OWN], (-1, 1, 2))
        bends = use.reshape(numbers[:, self._bends], (-1, self.coefficients, 2))
        turns = use.concatenate([first, splines.turns @ bends], axis=1)
        ahead = frames.directions(turns) @ frames.frame(self.heading).T
        before = np.tri(self.points, self.points - 1, -1, "float32") / (self.points - 1)
        return use.exp(numbers[:, :1])[..., None] * (before @ ahead)

    def _radii(self, numbers):
        """Radii (n, points, 1)."""
        use, details = library(numbers), numbers[:, self._details]
        ends = (np.float32(end[self._details]) for end in (self.low, self.high))
        sizes = self._grain * use.sinh(use.clip(details, *ends))
        coefficients = use.concatenate([numbers[:, self._coarse], sizes], axis=-1)
        return use.exp(self._splines.radius @ coefficients[..., None])

    @property
    def _grain(self):
        return np.asarray(self.grain, "float32")

    @property
    def _bends(self):
        return slice(OWN, OWN + 2 * self.coefficients)

    @property
    def _coarse(self):
        return slice(self._bends.stop, self._bends.stop + COARSE)

    @property
    def _details(self):
        return slice(self._coarse.stop, self.shape[0])

    @cached_property
    def _splines(self):
        radius = self._details.stop - self._coarse.start
        return Splines.of(self.points, self.coefficients, radius, COARSE)


def _shape(coefficients, points):
    """The shape of the numbers of a vessel: no spline of the radius needs more than its points."""
    return (OWN + 2 * coefficients + min(2 * coefficients, points),)


def unevenness(values: Array) -> Array:
    """The longest step over the shortest of each vessel (n, points, 4); no step is 0."""
    sizes = np.linalg.norm(_steps(values), axis=2)
    return sizes.max(axis=1) / sizes.min(axis=1)


def _steps(values):
    """Vectors (n, points − 1, 3) from each point to the next."""
    places = values[..., :3]
    return library(values).cast(places[:, 1:] - places[:, :-1], "float32")


def _mean_direction(steps):
    """The mean direction of steps (n, 3); one across the first where they cancel each other."""
    ahead = steps / frames.length(steps)
    mean = ahead.mean(axis=0)
    return mean if np.linalg.norm(mean) > NARROW else frames.frame(ahead[0])[:, 1]


def _side_by_side(*parts):
    """Arrays (n, …) as the parts of vectors."""
    use = library(parts[0])
    flat = [use.reshape(part, (-1, math.prod(part.shape[1:]))) for part in parts]
    return use.concatenate(flat, axis=-1)
