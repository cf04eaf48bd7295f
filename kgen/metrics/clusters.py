"""Clusters as classes of unlabelled data: a classifier of them learns features of the values."""

import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

from kgen.data.data import Data
from kgen.data.split import Split
from kgen.fields import Label
from kgen.metrics.checks import Unmeasurable, finite

CLUSTERS, COMPONENTS, MOST, LEAST_A_CLUSTER = 20, 32, 10_000, 10


def clustered(dataset: Data) -> Data:
    """The data set with clusters as its classes: k-means on principal components.

    The clusters are those of the training values; each split keeps at most 10,000 values. The
    features of a classifier of clusters rank generators as those of a classifier of true classes
    do. Principal components alone do not: a Gaussian with the mean and covariance of the values is
    almost perfect in them.

    Args:
        dataset: ``kgen.data.Data``, with or without classes.

    Raises:
        Unmeasurable: if all training values are equal.

    Reference:
        Caron et al., Deep Clustering for Unsupervised Learning of Visual Features, 2018,
        arXiv:1807.05520
    """
    splits = list(map(_some, (dataset.train, dataset.validation, dataset.test)))
    print(
        f"Dividing {len(splits[0]):,} training values into clusters, "
        "whose classifier gives features",
        flush=True,
    )
    classes = _classes(splits[0])
    # Several threads round their sums differently each time, which could change the clusters.
    with threadpool_limits(1):
        labels = [classes(_rows(split)) for split in splits]
    count = labels[0].max() + 1
    field = Label(int(count))
    told = [_labelled(*pair, field) for pair in zip(splits, labels, strict=True)]
    return Data(f"{count} clusters of {dataset.name}", *told)


def _classes(training):
    """A function from rows to their clusters, numbered from 0."""
    rows = _rows(training)
    if np.all(rows == rows[0]):
        raise Unmeasurable(
            "all training values are alike, and features have nothing to be learnt from"
        )
    components = min(COMPONENTS, rows.shape[1], len(rows))
    clusters = min(CLUSTERS, max(2, len(rows) // LEAST_A_CLUSTER))
    finder = make_pipeline(
        PCA(components, random_state=0), KMeans(clusters, n_init=3, random_state=0)
    )
    with threadpool_limits(1), warnings.catch_warnings():
        # There may be fewer different values than clusters.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = np.unique(finder.fit(rows).predict(rows))
    return lambda rows: np.searchsorted(found, finder.predict(rows)).astype("int32")


def _some(split):
    chosen = np.random.default_rng(0).permutation(len(split))[:MOST]
    return split.subset(np.sort(chosen))


def _rows(split):
    return finite("values", split.comparable())


def _labelled(split, labels, field):
    return Split({"x": split["x"], "y": labels}, {"x": split.fields["x"], "y": field})
