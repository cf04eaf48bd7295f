"""Measures of vessels: curves (n, points, 4) of x, y, z and radius in mm, real and generated."""

import numpy as np

from kgen.metrics import checks
from kgen.metrics.crossings import meets_itself
from kgen.metrics.two_sample import two_sample_accuracy
from kgen.types import Array

END = 8  # an eighth of the points is an end
LEAST = 1e-6  # mm: keeps steps and roughness above 0


def length(curves: Array) -> Array:
    """Length of each centreline, mm."""
    return _steps(curves).sum(axis=1)


def tortuosity(curves: Array) -> Array:
    """Length over the distance of both ends: 1 for a straight line."""
    apart = np.linalg.norm(_points(curves)[:, -1] - _points(curves)[:, 0], axis=1)
    return length(curves) / np.maximum(apart, LEAST)


def curvature(curves: Array) -> Array:
    """Mean curvature of each centreline, 1/mm: 1/ρ for a circle of radius ρ."""
    return _bends(curves).mean(axis=1)


def mean_radius(curves: Array) -> Array:
    """Mean radius of each vessel, mm."""
    return curves[..., 3].astype("float64").mean(axis=1)


def first_radius(curves: Array) -> Array:
    """Mean radius of the first eighth, mm."""
    return mean_radius(curves[:, : curves.shape[1] // END])


def last_radius(curves: Array) -> Array:
    """Mean radius of the last eighth, mm."""
    return mean_radius(curves[:, -(curves.shape[1] // END) :])


def narrowing(curves: Array) -> Array:
    """The largest share by which a vessel is narrower than it would be there without a stenosis.

    A stenosis is narrower than the vessel before and after it. The radius without it is the
    geometric mean of those at equal distances on both sides, so that a taper is none.
    """
    return np.array(list(map(_narrowing, curves[..., 3].astype("float64"))))


def roughness(curves: Array) -> Array:
    """Root mean square of the third differences of a centreline's points, mm."""
    jumps = np.diff(_points(curves), n=3, axis=1)
    return np.sqrt(np.square(jumps).sum(axis=2).mean(axis=1))


def radius_roughness(curves: Array) -> Array:
    """Root mean square of the second differences of the logarithm of the radius."""
    bends = np.diff(np.log(curves[..., 3].astype("float64")), n=2, axis=1)
    return np.sqrt(np.square(bends).mean(axis=1))


def self_intersections(curves: Array) -> Array:
    """Whether each vessel runs into itself, at or between its points; booleans (n,)."""
    return np.array(list(map(meets_itself, np.asarray(curves, "float64"))))


# Attributes of a vessel by name, with their unit.
ATTRIBUTES = {
    "length": (length, "mm"),
    "tortuosity": (tortuosity, ""),
    "curvature": (curvature, "1/mm"),
    "mean radius": (mean_radius, "mm"),
    "narrowing": (narrowing, ""),
}
SHAPE = length, tortuosity, mean_radius, first_radius, last_radius


def shape_features(curves: Array) -> Array:
    """Five features (n, 5): length, tortuosity, and the radius: its mean, first and last."""
    return np.stack([measure(curves) for measure in SHAPE], axis=1)


def all_features(curves: Array) -> Array:
    """The five features and six of curvature, stenosis and roughness, (n, 11).

    Roughness is on a logarithmic scale: noise too small to be seen counts as much as the shape.
    """
    bends = _bends(curves)
    plain = (
        bends.mean(axis=1),
        bends.max(axis=1),
        narrowing(curves),
        curves[..., 3].min(axis=1),
    )
    rough = (
        np.log(np.maximum(r(curves), LEAST)) for r in (roughness, radius_roughness)
    )
    return np.column_stack([shape_features(curves), *plain, *rough])


def vessels_told_apart(real: Array, drawn: Array) -> float:
    """``two_sample_accuracy`` of features (n, k), in standard deviations of the real ones."""
    real, drawn = checks.rows("real", real), checks.rows("drawn", drawn)
    mean, deviation = real.mean(axis=0), np.maximum(real.std(axis=0), LEAST)
    return two_sample_accuracy((real - mean) / deviation, (drawn - mean) / deviation)


def _points(curves):
    return np.asarray(curves, "float64")[..., :3]


def _steps(curves):
    """Distances of neighbouring points (n, points − 1), mm."""
    return np.linalg.norm(np.diff(_points(curves), axis=1), axis=2)


def _bends(curves):
    """Curvature at each inner point (n, points − 2), 1/mm: the turn over the mean of both steps."""
    moves = np.diff(_points(curves), axis=1)
    steps = np.maximum(np.linalg.norm(moves, axis=2), LEAST)
    ahead = moves / steps[..., None]
    sines = np.linalg.norm(np.cross(ahead[:, :-1], ahead[:, 1:]), axis=2)
    cosines = (ahead[:, :-1] * ahead[:, 1:]).sum(axis=2)
    return 2.0 * np.arctan2(sines, cosines) / (steps[:, :-1] + steps[:, 1:])


def _narrowing(radii):
    inner = radii[1:-1]
    lows = 1 + np.flatnonzero((inner <= radii[:-2]) & (inner <= radii[2:]))
    return max((1.0 - radii[low] / _healthy(radii, low) for low in lows), default=0.0)


def _healthy(radii, low):
    """The radius that a vessel would have at a local minimum without a stenosis."""
    before, after = radii[:low][::-1], radii[low + 1 :]
    peaks = low - 1 - before.argmax(), low + 1 + after.argmax()
    peak = min(peaks, key=radii.__getitem__)
    opposite = 2 * low - peak
    if not 0 <= opposite < len(radii):
        return radii[peak]
    return np.sqrt(radii[peak] * max(radii[peak], radii[opposite]))
