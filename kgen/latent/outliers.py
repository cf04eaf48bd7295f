import numpy as np
from sklearn.covariance import LedoitWolf
from sklearn.preprocessing import StandardScaler

from kgen.types import Array

LEAST = 3


def distances_from_class(latents: Array, labels: Array | None = None) -> Array:
    """The distance of latents from the mean of their class, (n,), in standard deviations.

    It is the Mahalanobis distance with a shrunken covariance. Without labels all latents are one
    class. Classes of fewer than three have no distances (NaN).

    Reference:
        Ledoit & Wolf, A well-conditioned estimator for large-dimensional covariance matrices, 2004,
        doi:10.1016/S0047-259X(03)00096-4
    """
    latents = np.asarray(latents, "float64")
    labels = np.zeros(len(latents)) if labels is None else np.asarray(labels)
    distances = np.full(len(latents), np.nan)
    for label in np.unique(labels):
        own = labels == label
        if own.sum() >= LEAST:
            distances[own] = _from_the_middle(latents[own])
    return distances


def outliers(latents: Array, labels: Array | None = None, count: int = 20) -> Array:
    """The positions of the ``count`` latents farthest from their class, the farthest first."""
    distances = np.nan_to_num(distances_from_class(latents, labels))
    return np.argsort(-distances, kind="stable")[:count]


def _from_the_middle(latents):
    # Shrinking mixes the units' variances, which may be of any size: they are brought to 1 first.
    latents = StandardScaler().fit_transform(latents)
    return np.sqrt(LedoitWolf().fit(latents).mahalanobis(latents))
