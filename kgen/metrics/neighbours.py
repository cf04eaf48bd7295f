import math

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors

from kgen.checks import check_sizes
from kgen.metrics import checks

CHUNK = 1000


def precision_recall(real, fake, k=5):
    """How far two sets of features cover each other, by balls that reach from a point to its k-th neighbour.

    precision: share of fakes within a ball of a real. recall: share of reals within a ball of a fake.
    density: real balls around a fake, over k. coverage: share of real balls that hold a fake.

    Args:
        real: array (n, d) of features, n > k.
        fake: array (n, d) of features.
        k: int ≥ 1.

    Returns:
        dict of floats ``precision``, ``recall``, ``density``, ``coverage``: all in [0, 1] but density, whose mean is 1
        for two sets of one source. The others stay below 1 even there: read them beside the values of real images.

    Raises:
        ValueError: for NaN, for different shapes, or for k samples or fewer.

    Reference:
        Kynkäänniemi et al., Improved Precision and Recall Metric for Assessing Generative Models, 2019,
        arXiv:1904.06991; Naeem et al., Reliable Fidelity and Diversity Metrics for Generative Models, 2020,
        arXiv:2002.09797
    """
    check_sizes(k=k)
    real, fake = checks.alike("precision_recall", real, fake, least=k + 1)
    real_radii, fake_radii = nearest(real, k), nearest(fake, k)
    balls, covered, recalled = np.zeros(len(fake)), [], []
    for part in np.array_split(np.arange(len(real)), math.ceil(len(real) / CHUNK)):
        distances = euclidean_distances(real[part], fake)
        inside = distances < real_radii[part, None]
        balls += inside.sum(axis=0)
        covered.extend(inside.any(axis=1))
        recalled.extend((distances < fake_radii).any(axis=1))
    shares = {"precision": balls > 0, "recall": recalled, "density": balls / k, "coverage": covered}
    return {name: float(np.mean(values)) for name, values in shares.items()}


def nearest(points, k, among=None):
    """Distances (n,) from each point to its k-th neighbour ``among`` others, or among the rest of the points."""
    search = NearestNeighbors(n_neighbors=k, algorithm="brute")
    distances, _ = search.fit(points).kneighbors() if among is None else search.fit(among).kneighbors(points)
    return distances[:, -1]
