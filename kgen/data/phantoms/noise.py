"""Smooth random maps, and what is done with maps on grids."""

import numpy as np
from scipy import ndimage
from scipy.interpolate import BSpline

from kgen.data.phantoms.grid import Grid
from kgen.types import Array

# Of a cubic B-spline with standard normal coefficients along one axis, mean over its places.
VARIANCE = 0.479


def noise(grid: Grid, knots: float, random: np.random.Generator) -> Array:
    """A map of mean 0 and standard deviation 1 that varies over ``knots`` millimetres."""
    bases = [_basis(side, grid.spacing / knots, random) for side in grid.sides]
    values = random.standard_normal([basis.shape[1] for basis in bases]).astype(
        "float32"
    )
    for basis in bases:
        # The contracted axis moves to the end; after all of them, the first order is back.
        values = np.tensordot(values, basis, (0, 1))
    return values / np.float32(VARIANCE ** (grid.rank / 2))


def sampled(
    values: Array, grid: Grid, points: Array, order: int = 1, outside: str = "nearest"
) -> Array:
    """A map on a grid at points in millimetres."""
    return ndimage.map_coordinates(
        values, grid.indices(points), order=order, mode=outside, prefilter=order > 1
    )


def slope(values: Array, spacing: float) -> Array:
    """The length of the gradient, per millimetre."""
    return np.sqrt(sum(np.square(part) for part in np.gradient(values, spacing)))


def ramp(distance: Array, spacing: float) -> Array:
    """1 inside, where a signed distance is negative, 0 outside, with an edge as wide as a pixel."""
    return np.clip(0.5 - distance / spacing, 0.0, 1.0)


def covered(away: Array, width: Array, spacing: float) -> Array:
    """The share of a pixel covered by a line of ``width`` whose middle is ``away`` from it."""
    half, reach = width / 2, spacing / 2
    overlap = np.minimum(half, away + reach) - np.maximum(-half, away - reach)
    return np.maximum(overlap, 0.0) / spacing


def _basis(side, step, random):
    places = random.uniform() + step * np.arange(side)
    count = int(places[-1]) + 4
    knots = np.arange(-3, count + 1, dtype=float)
    return BSpline.design_matrix(places, knots, 3).toarray().astype("float32")
