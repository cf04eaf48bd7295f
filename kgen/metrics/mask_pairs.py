"""How close a mask is to its truth, per pair and class, so that intervals resample subjects."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from kgen.metrics.checks import Unmeasurable
from kgen.types import Array

FAR = 95  # percentile of surface distances: the maximum can be due to one wrong point


def dice(found: Array, truth: Array, classes: Sequence[int]) -> Array:
    """2 |A ∩ B| / (|A| + |B|) of each pair and class, (n, classes); NaN if both are empty."""
    return np.stack([_overlap(found == one, truth == one) for one in classes], axis=1)


def jaccard(found: Array, truth: Array, classes: Sequence[int]) -> Array:
    """|A ∩ B| / |A ∪ B| of each pair and class, (n, classes); NaN if both are empty."""
    shares = dice(found, truth, classes)
    return shares / (2.0 - shares)


def hausdorff(
    found: Array, truth: Array, classes: Sequence[int], spacing: float | Sequence[float]
) -> Array:
    """The 95 % Hausdorff distance of each pair and class, (n, classes), in the unit of the spacing.

    It is the 95th percentile of the distances from the points of one surface to the other surface,
    in the worse direction. It is NaN if the class is missing from one of the masks.
    """
    return _of_surfaces(_farthest, found, truth, classes, spacing)


def surface_distance(
    found: Array, truth: Array, classes: Sequence[int], spacing: float | Sequence[float]
) -> Array:
    """Mean distance of the two surfaces, over both, per pair and class, (n, classes)."""
    return _of_surfaces(_mean, found, truth, classes, spacing)


def mean_over_classes(values: Array) -> float:
    """The mean over the classes of their means over the values, (n, classes); NaN are left out."""
    known = ~np.isnan(values)
    each = np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    if not known.any():
        raise Unmeasurable("no class is in both masks of a value")
    return float(each[known.any(axis=0)].mean())


def _overlap(found, truth):
    axes = tuple(range(1, found.ndim))
    both = (found & truth).sum(axis=axes)
    every = found.sum(axis=axes) + truth.sum(axis=axes)
    return np.where(every, 2.0 * both / np.maximum(every, 1), np.nan)


def _of_surfaces(measure, found, truth, classes, spacing):
    distances = np.empty((len(found), len(classes)))
    for row, column in np.ndindex(distances.shape):
        one = found[row] == classes[column]
        other = truth[row] == classes[column]
        distances[row, column] = _distance(measure, one, other, spacing)
    return distances


def _distance(measure, found, truth, spacing):
    if not found.any() or not truth.any():
        return np.nan
    found, truth = _surface(found), _surface(truth)
    return measure(_from_to(found, truth, spacing), _from_to(truth, found, spacing))


def _from_to(surface, other, spacing):
    """The distance of each point of a surface to the other surface."""
    return ndimage.distance_transform_edt(~other, sampling=spacing)[surface]


def _surface(mask):
    """The points of a mask with a neighbour outside it; all beyond the image's edge is outside."""
    return mask & ~ndimage.binary_erosion(mask)


def _farthest(there, back):
    return max(np.percentile(there, FAR), np.percentile(back, FAR))


def _mean(there, back):
    return np.concatenate([there, back]).mean()
