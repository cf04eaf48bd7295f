"""Classes for values that have none: a classifier that is to tell them apart has to learn what the values look like."""

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


def clustered(dataset):
    """A data set with clusters as its classes: k-means of the principal components of the training values.

    At most 10,000 values of every split. The features of a classifier of these classes rank generators as those of a
    classifier of true ones do. Those of principal components alone would not: a Gaussian with the moments of the
    values is all but perfect there.

    Args:
        dataset: ``kgen.data.Data``, with or without classes.

    Raises:
        Unmeasurable: where all training values are alike.

    Reference:
        Caron et al., Deep Clustering for Unsupervised Learning of Visual Features, 2018, arXiv:1807.05520
    """
    splits = [_some(split) for split in (dataset.train, dataset.validation, dataset.test)]
    print(
        f"Dividing {len(splits[0]):,} training values into clusters, whose classifier gives features",
        flush=True,
    )
    classes = _classes(splits[0])
    # The sums of several threads are rounded otherwise every time, and could give other clusters.
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
