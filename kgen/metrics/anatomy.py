"""Measures of axial T1-weighted brain slices by grey value, real and generated ones alike."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage, stats

from kgen.metrics import checks
from kgen.types import Array

HEAD = 0.15  # of the brightness of the head: darker pixels lie outside it
# percentiles of grey values that stand for fluid and white matter
DARKEST, BRIGHTEST = 1, 85
# Ends of linear ramps on the scale from fluid (0) to white matter (1). The shares of fluid and of
# grey matter fall from 1 to 0 along them, the share of solid tissue rises from 0 to 1.
FLUID, GREY, SOLID = (0.25, 0.55), (0.35, 0.8), (0.05, 0.35)
# mm from the middle of the head: fluid within these limits counts as ventricle
WIDE, BACK, FRONT = 36.0, -50.0, 45.0
# mm: half axes of the ellipse whose bright pixels give the white-matter level
CORE = 45.0, 65.0
# mm: thickness of the layers around the brain, and depth of the brain that is searched for cortex
SKULL, CORTEX = 7.0, 8.0
CLOSED = 6.0  # mm: reach of the closing that fills the gaps of the brain


def ventricle_area(images: Array, spacing: Sequence[float]) -> Array:
    """Ventricle area of each image, mm²: the sum of the fluid shares of the pixels near the middle.

    Args:
        images: array (n, height, width, 1), front of the head at the top, black is 0.
        spacing: pair of floats, height and width of a pixel in mm.

    Raises:
        ValueError: for NaN.
    """
    return _of_each(
        images, spacing, lambda seen: float(seen.ventricles.sum()) * np.prod(spacing)
    )


def cortical_thickness(images: Array, spacing: Sequence[float]) -> Array:
    """Cortical thickness of each image, mm: grey matter per length of the brain's surface.

    At a pixel size of 2 to 4 mm it follows the true thickness only loosely, and blur raises it.
    Compare groups by it, not single persons.
    """
    return _of_each(images, spacing, lambda seen: seen.thickness)


def ventricles(images: Array, spacing: Sequence[float]) -> Array:
    """The fluid share of each pixel where ventricles may lie, else 0; the shape of ``images``."""
    return np.stack([_Seen(image, spacing).ventricles for image in _planes(images)])[
        ..., None
    ]


class _Seen:
    """An image scaled from fluid (0) to white matter (1), and its pixels' places in the head."""

    def __init__(self, image, spacing):
        self.spacing = np.asarray(spacing, float)
        # The opening removes thin bright lines at the edge, which are not part of the head.
        head = ndimage.binary_opening(image > HEAD * np.percentile(image, 99.5))
        self.right, self.front = _places(head, self.spacing)
        inside = np.square(self.right / CORE[0]) + np.square(self.front / CORE[1]) < 1
        self.middle = (
            (np.abs(self.right) < WIDE) & (self.front > BACK) & (self.front < FRONT)
        )
        fluid, white = (
            _level(image, self.middle, DARKEST),
            _level(image, inside, BRIGHTEST),
        )
        self.image, self.white = image, white
        # An image of a single grey value shows no fluid.
        self.grey = (
            (image - fluid) / (white - fluid) if white > fluid else np.ones_like(image)
        )

    @property
    def ventricles(self):
        return (1.0 - _ramp(self.grey, FLUID)) * self.middle

    @property
    def thickness(self):
        brain, solid = self._brain()
        if not brain.any():
            return 0.0
        depth = ndimage.distance_transform_edt(brain, self.spacing)
        grey = solid * (1.0 - _ramp(self.grey, GREY))
        surface = np.where(self.middle, brain, solid * brain)
        slopes = np.gradient(surface, *self.spacing)
        edges = np.sqrt(np.square(slopes).sum(axis=0))
        return float(grey[brain & (depth < CORTEX)].sum() / max(edges.sum(), 1e-6))

    def _brain(self):
        """The brain with its folds filled, and the share of solid tissue in each pixel."""
        head = ndimage.binary_fill_holes(self.image > HEAD * self.white)
        deep = (
            ndimage.distance_transform_edt(head, self.spacing)
            > SKULL + self.spacing.mean() / 2
        )
        solid = _ramp(self.grey, SOLID) * deep
        parts, _ = ndimage.label(solid > 0.5)
        sizes = np.bincount(parts.ravel())
        sizes[0] = 0
        largest = (parts == sizes.argmax()) & (parts > 0)
        steps = max(1, round(CLOSED / self.spacing.mean()))
        return ndimage.binary_fill_holes(
            ndimage.binary_closing(largest, iterations=steps)
        ), solid


def _places(head, spacing):
    """Millimetres to the right and to the front of the centre of the head's bounding box."""
    rows, columns = np.nonzero(head) if head.any() else np.nonzero(np.ones_like(head))
    middle = [(along.min() + along.max()) / 2 for along in (rows, columns)]
    row, column = np.indices(head.shape)
    return (column - middle[1]) * spacing[1], (middle[0] - row) * spacing[0]


def _level(image, where, percentile):
    """A percentile of the grey values at ``where``, or of the whole image if that is empty."""
    return np.percentile(image[where] if where.any() else image, percentile)


def _ramp(values, ends):
    low, high = ends
    return np.clip((values - low) / (high - low), 0.0, 1.0)


def _of_each(images, spacing, measure):
    return np.array([measure(_Seen(image, spacing)) for image in _planes(images)])


def _planes(images):
    checks.finite("images", images)
    return np.asarray(images, "float32")[..., 0]


def group_distance(values: Sequence[Array], real: Sequence[Array]) -> float:
    """The largest Kolmogorov–Smirnov distance between values and real values over the classes.

    Args:
        values, real: lists of arrays (n,), one per class.

    Raises:
        Unmeasurable: if a class has no values.
    """
    _check_filled(values)
    _check_filled(real)
    pairs = zip(values, real, strict=True)
    return float(max(stats.ks_2samp(*pair).statistic for pair in pairs))


def group_effect(values: Sequence[Array]) -> float:
    """The mean of the second class minus that of the first.

    Raises:
        Unmeasurable: if there is only one class, or one of the two has no values.
    """
    if len(values) < 2:
        raise checks.Unmeasurable("there is one class, which nothing is compared with")
    _check_filled(values[:2])
    return float(np.mean(values[1]) - np.mean(values[0]))


def _check_filled(groups):
    if not all(map(len, groups)):
        raise checks.Unmeasurable("a class has no images")


def share_of_sign(changes: Array) -> float:
    """The share of pairs whose change is above 0, the direction that was asked for."""
    return float(np.mean(np.asarray(changes) > 0))
