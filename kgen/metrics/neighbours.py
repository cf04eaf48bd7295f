import math
from typing import Any

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors

from kgen.checks import check_sizes
from kgen.metrics import checks
from kgen.types import Array

CHUNK = 1000
ROUNDING = 1e-12  # relative, of float64


def precision_recall(real: Array, fake: Array, k: int = 5) -> dict[str, float]:
    """How well two sets of features cover each other, by balls out to each point's k-th neighbour.

    - precision: share of fakes within a ball of a real.
    - recall: share of reals within a ball of a fake.
    - density: mean number of real balls around a fake, over k.
    - coverage: share of real balls that hold a fake.

    Args:
        real: array (n, d) of features, n > k.
        fake: array (n, d) of features.
        k: int ≥ 1.

    Returns:
        dict of floats ``precision``, ``recall``, ``density``, ``coverage``. All lie in [0, 1] but
        density, whose mean is 1 for two sets from one distribution. The others stay below 1 even
        then: compare them with the values of real images.

    Raises:
        ValueError: for NaN, for different shapes, or for k samples or fewer.

    Reference:
        Kynkäänniemi et al., Improved Precision and Recall Metric for Assessing Generative Models,
        2019, arXiv:1904.06991; Naeem et al., Reliable Fidelity and Diversity Metrics for Generative
        Models, 2020, arXiv:2002.09797
    """
    check_sizes(k=k)
    real, fake = _centred(*checks.alike("precision_recall", real, fake, least=k + 1))
    real_reach, fake_reach = _squared_reach(real, k), _squared_reach(fake, k)
    balls = np.zeros(len(fake))
    covered, recalled = [], []
    for part in np.array_split(np.arange(len(real)), math.ceil(len(real) / CHUNK)):
        distances = euclidean_distances(real[part], fake, squared=True)
        inside = distances < real_reach[part, None]
        balls += inside.sum(axis=0)
        covered.extend(inside.any(axis=1))
        recalled.extend((distances < fake_reach).any(axis=1))
    found: dict[str, Any] = {
        "precision": balls > 0,
        "recall": recalled,
        "density": balls,
        "coverage": covered,
    }
    means = {name: float(np.mean(values)) for name, values in found.items()}
    return {**means, "density": means["density"] / k}


def nearest(points: Array, k: int, among: Array | None = None) -> Array:
    """Distance (n,) of each point to its k-th neighbour ``among`` others, else the other points."""
    sides = _centred(points if among is None else among, points)
    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(sides[0])
    distances, _ = search.kneighbors(None if among is None else sides[1])
    squares = np.square(distances[:, -1])
    return np.sqrt(np.where(squares > _rounding(sides[1], squares), squares, 0.0))


def _squared_reach(points, k):
    """Squared radii less their rounding error: a point as far away as the k-th lies outside."""
    squares = np.square(nearest(points, k))
    return squares - _rounding(points, squares)


def _rounding(points, squares):
    """The error that rounding may add to a squared distance computed as |x|² − 2x·y + |y|²."""
    return ROUNDING * (np.square(points).sum(axis=1) + squares)


def _centred(*sides):
    """Rows minus the mean of the first side: a common offset would cost digits of the distances."""
    centre = sides[0].mean(axis=0)
    return [side - centre for side in sides]
