"""Measures of axial, T1-weighted slices of a brain by their grey values: the same of real and of generated ones."""

import numpy as np
from scipy import ndimage, stats

from kgen.metrics import checks

HEAD = 0.15  # of the brightness inside: what is darker lies outside the head
DARKEST, BRIGHTEST = 1, 85  # percentiles that are the grey values of fluid and of white matter
# Between fluid, 0, and white matter, 1: below the first all is that, above the second nothing.
FLUID, GREY, SOLID = (0.25, 0.55), (0.35, 0.8), (0.05, 0.35)
WIDE, BACK, FRONT = (
    36.0,
    -50.0,
    45.0,
)  # mm from the middle of the head, within which dark is ventricle
CORE = 45.0, 65.0  # half axes of the ellipse whose brightest part is white matter, mm
SKULL, CORTEX = (
    7.0,
    8.0,
)  # mm: of what lies around the brain, and of the depth that is looked at as cortex
CLOSED = 6.0  # mm of a gap that belongs to the brain


def ventricle_area(images, spacing):
    """The area of the ventricles, mm², of every image: the share of fluid in each pixel near the middle, summed.

    Args:
        images: array (n, height, width, 1), the front upwards, black 0.
        spacing: pair of floats, millimetres of a pixel.

    Raises:
        ValueError: for NaN.
    """
    return _of_each(images, spacing, lambda seen: float(seen.ventricles.sum()) * np.prod(spacing))


def cortical_thickness(images, spacing):
    """Grey matter below the surface of the brain for each length of that surface, mm, of every image.

    At pixels of 2 to 4 mm it follows the thickness loosely, and more of it is seen in a blurred image: read the
    differences of groups, not of persons.
    """
    return _of_each(images, spacing, lambda seen: seen.thickness)


def ventricles(images, spacing):
    """The share of fluid in every pixel that may be ventricle, of the shape of ``images``."""
    return np.stack([_Seen(image, spacing).ventricles for image in _planes(images)])[..., None]


class _Seen:
    """An image with its grey values in units of the white matter's, and where each pixel lies in the head."""

    def __init__(self, image, spacing):
        self.spacing = np.asarray(spacing, float)
        # A white hair at the edge is no head.
        head = ndimage.binary_opening(image > HEAD * np.percentile(image, 99.5))
        self.right, self.front = _places(head, self.spacing)
        inside = np.square(self.right / CORE[0]) + np.square(self.front / CORE[1]) < 1
        self.middle = (np.abs(self.right) < WIDE) & (self.front > BACK) & (self.front < FRONT)
        fluid, white = _level(image, self.middle, DARKEST), _level(image, inside, BRIGHTEST)
        self.image, self.white = image, white
        # An image of one shade shows no fluid.
        self.grey = (image - fluid) / (white - fluid) if white > fluid else np.ones_like(image)

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
        edges = np.sqrt(sum(np.square(part) for part in np.gradient(surface, *self.spacing)))
        return float(grey[brain & (depth < CORTEX)].sum() / max(edges.sum(), 1e-6))

    def _brain(self):
        """The brain with its folds filled, and how solid each pixel is."""
        head = ndimage.binary_fill_holes(self.image > HEAD * self.white)
        deep = ndimage.distance_transform_edt(head, self.spacing) > SKULL + self.spacing.mean() / 2
        solid = _ramp(self.grey, SOLID) * deep
        parts, _ = ndimage.label(solid > 0.5)
        sizes = np.bincount(parts.ravel())
        sizes[0] = 0
        largest = (parts == sizes.argmax()) & (parts > 0)
        steps = max(1, round(CLOSED / self.spacing.mean()))
        return ndimage.binary_fill_holes(ndimage.binary_closing(largest, iterations=steps)), solid


def _places(head, spacing):
    """Millimetres to the right and to the front of the middle of the head's box."""
    rows, columns = np.nonzero(head) if head.any() else np.nonzero(np.ones_like(head))
    middle = [(along.min() + along.max()) / 2 for along in (rows, columns)]
    row, column = np.indices(head.shape)
    return (column - middle[1]) * spacing[1], (middle[0] - row) * spacing[0]


def _level(image, where, percentile):
    """A grey value of an image, of all of it where nothing is looked at."""
    return np.percentile(image[where] if where.any() else image, percentile)


def _ramp(values, ends):
    low, high = ends
    return np.clip((values - low) / (high - low), 0.0, 1.0)


def _of_each(images, spacing, measure):
    return np.array([measure(_Seen(image, spacing)) for image in _planes(images)])


def _planes(images):
    checks.finite("images", images)
    return np.asarray(images, "float32")[..., 0]


def group_distance(values, real):
    """The greatest Kolmogorov–Smirnov distance between values and real ones, over the classes.

    Args:
        values, real: lists of arrays (n,), one a class.

    Raises:
        Unmeasurable: where a class has none.
    """
    _check_filled(values)
    _check_filled(real)
    return float(max(stats.ks_2samp(*pair).statistic for pair in zip(values, real, strict=True)))


def group_effect(values):
    """The mean of the second class minus that of the first; raises ``Unmeasurable`` where there is one class."""
    if len(values) < 2:
        raise checks.Unmeasurable("there is one class, which nothing is compared with")
    _check_filled(values[:2])
    return float(np.mean(values[1]) - np.mean(values[0]))


def _check_filled(groups):
    if not all(map(len, groups)):
        raise checks.Unmeasurable("a class has no images")


def share_of_sign(changes):
    """The share of pairs that change in the direction that is asked for, above 0."""
    return float(np.mean(np.asarray(changes) > 0))
