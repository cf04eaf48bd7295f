"""Baselines that use brightness alone, which every image-to-image network has to beat."""

import numpy as np
from sklearn.cluster import KMeans

from kgen.types import Array

LEVELS = 1024  # quantiles used for histogram matching
MOST = 100_000  # points used at most
SEED = 0


class HistogramMatching:
    """Maps each value of x to the value of y of equal rank in the training data.

    The map is monotone and does not depend on position.

    Args:
        x, y: arrays of training values, which may be of different people.

    Example:
        >>> HistogramMatching(mr, ct)(new_mr).shape == new_mr.shape
        True
    """

    def __init__(self, x: Array, y: Array):
        ranks = np.linspace(0, 1, LEVELS)
        self.source = np.quantile(_some(x), ranks)
        self.target = np.quantile(_some(y), ranks)

    def __call__(self, values: Array) -> Array:
        return np.interp(values, self.source, self.target)


class LookUp:
    """Maps each value of x to the mean y of equally bright training points.

    It is the least-squares fit among functions that are constant in each bin of brightness.

    Args:
        x, y: arrays of training values at the same points.
        levels: int, quantile bins of brightness.
    """

    def __init__(self, x: Array, y: Array, levels: int = 64):
        x = np.ravel(x)
        y = np.ravel(y).astype("float64")
        shares = np.linspace(0, 1, levels + 1)[1:]
        # Each edge is a training value, the last in its bin, so that no bin is empty.
        ends = np.unique(np.quantile(x, shares, method="inverted_cdf"))
        self.edges = ends[:-1]
        place = np.searchsorted(self.edges, x)
        self.means = np.bincount(place, y) / np.bincount(place)

    def __call__(self, values: Array) -> Array:
        return self.means[np.searchsorted(self.edges, values)]


class BrightnessClasses:
    """Segments by brightness: k-means, one cluster per class; Otsu's threshold for two classes.

    Clusters and classes are matched in the order of their mean brightness.

    Args:
        x: array (n, …) of training images.
        y: array (n, …) of their masks.

    Reference:
        Otsu, A Threshold Selection Method from Gray-Level Histograms, 1979,
        doi:10.1109/TSMC.1979.4310076
    """

    def __init__(self, x: Array, y: Array):
        x = np.ravel(x).astype("float64")
        y = np.ravel(y)
        classes = np.unique(y)
        brightness = [x[y == one].mean() for one in classes]
        self.classes = classes[np.argsort(brightness)]
        clusters = KMeans(len(classes), n_init=3, random_state=SEED).fit(
            _some(x)[:, None]
        )
        centres = np.sort(clusters.cluster_centers_[:, 0])
        self.edges = (centres[1:] + centres[:-1]) / 2

    def __call__(self, x: Array) -> Array:
        return self.classes[np.searchsorted(self.edges, x)]


def _some(values):
    """A fixed random subset of many values."""
    flat = np.ravel(values)
    if len(flat) <= MOST:
        return flat
    return np.random.default_rng(SEED).choice(flat, MOST, replace=False)
