"""Detectors without a network, fitted to normal values (n, …): what a model has to exceed."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors

from kgen.abilities.detects import Anomalies
from kgen.fields import Field
from kgen.types import Array

COMPONENTS, NEIGHBOURS = 200, 5


class PrincipalComponents:
    """How far a value is from its projection onto the first components of normal ones.

    Args:
        values: array (n, …, channels), scaled.
        field: ``Field`` by which stored values are scaled.
        components: int ≥ 1, the most; at most one per value and half the numbers of a value.

    Example:
        >>> detector = PrincipalComponents(field.scaled(normal), field)
        >>> scores, maps, nearest = detector.anomalies(images)
    """

    def __init__(self, values: Array, field: Field, components: int = COMPONENTS):
        self.field, rows = field, _rows(values)
        # As many as there are numbers would leave no residual of anything.
        count = max(1, min(components, len(rows) - 1, rows.shape[1] // 2))
        self.pca = PCA(count, random_state=0).fit(rows)

    def anomalies(self, x: Array) -> Anomalies:
        """The ``Anomalies`` of stored values; the score is the mean of the map."""
        values = np.asarray(self.field.scaled(x), "float32")
        rows = self.pca.inverse_transform(self.pca.transform(_rows(values)))
        nearest = rows.reshape(values.shape).astype("float32")
        maps = np.abs(values - nearest).mean(axis=-1)
        return Anomalies(
            _rows(maps).mean(axis=1), maps, np.asarray(self.field.unscaled(nearest))
        )


class Neighbours:
    """The mean distance of a value from the normal ones nearest to it."""

    def __init__(self, values: Array):
        self.search = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(values))).fit(
            _rows(values)
        )

    def scores(self, values: Array) -> Array:
        """The distance, (n,)."""
        return self.search.kneighbors(_rows(values))[0].mean(axis=1)


class Forest:
    """How few random cuts set a value apart from normal ones.

    Reference:
        Liu, Ting & Zhou, Isolation Forest, 2008, doi:10.1109/ICDM.2008.17
    """

    def __init__(self, values: Array):
        self.forest = IsolationForest(random_state=0).fit(_rows(values))

    def scores(self, values: Array) -> Array:
        """The score, (n,), larger for anomalies."""
        return -self.forest.score_samples(_rows(values))


def _rows(values):
    values = np.asarray(values, "float32")
    return values.reshape(len(values), -1)
