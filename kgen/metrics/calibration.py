"""How good the probabilities of a classifier are: calibration, likelihood and ranking."""

import numpy as np

from kgen.metrics.checks import Unmeasurable
from kgen.types import Array

BINS = 10
LEAST = 1e-12  # floor of a probability: the log of 0 would be infinite


def calibration_error(probabilities: Array, labels: Array) -> float:
    """Expected calibration error: the mean |accuracy − confidence| over ten bins of confidence.

        Σ_b n_b / n |accuracy(b) − confidence(b)|,   the bins of equal width between 0 and 1

    Args:
        probabilities: array (n, K).
        labels: int array (n,).

    Reference:
        Guo et al., On Calibration of Modern Neural Networks, 2017, arXiv:1706.04599
    """
    confidence, right, where = _binned(probabilities, labels)
    counts = np.bincount(where, minlength=BINS)
    gaps = np.abs(
        np.bincount(where, right, BINS) - np.bincount(where, confidence, BINS)
    )
    return float(gaps.sum() / counts.sum())


def reliability(probabilities: Array, labels: Array) -> tuple[Array, ...]:
    """The mean confidence, the accuracy and the number of values of each bin that is not empty."""
    confidence, right, where = _binned(probabilities, labels)
    counts = np.bincount(where, minlength=BINS)
    filled = counts > 0
    counts = counts[filled]
    means = [
        np.bincount(where, values, BINS)[filled] / counts
        for values in (confidence, right)
    ]
    return *means, counts


def negative_log_likelihood(probabilities: Array, labels: Array) -> float:
    """Mean −log of the probability of the true class, nats per value."""
    given = np.take_along_axis(
        np.asarray(probabilities), np.asarray(labels)[:, None], axis=1
    )
    return float(-np.log(np.maximum(given, LEAST)).mean())


def area_under_roc(probabilities: Array, labels: Array) -> float:
    """Area under the ROC curve: how well the probabilities rank a class above the other classes.

        P(p(x) > p(x')) + ½ P(p(x) = p(x')),   x of the class, x' of another, p of the class

    For K = 2 it is the area of the second class. For more it is the mean over the classes that
    occur, each against the rest.

    Args:
        probabilities: array (n, K).
        labels: int array (n,).

    Raises:
        Unmeasurable: if all values are of one class.
    """
    return _mean_of_classes(_area_of, probabilities, labels)


def area(values: Array, others: Array) -> float:
    """How often one of ``values`` (n,) exceeds one of ``others`` (m,); ties count half."""
    # scikit-learn takes twenty times as long, and an interval needs this two thousand times.
    others = np.sort(others)
    below = [np.searchsorted(others, values, side) for side in ("left", "right")]
    return float(np.mean(below) / len(others))


def precision(found: Array, given: Array) -> float:
    """The average precision of numbers ``given`` (n,) for what is ``found`` (n,), True or False."""
    hits, counts = at_every_threshold(given, found)
    return float(np.sum(np.diff(hits, prepend=0) / hits[-1] * hits / counts))


def at_every_threshold(given: Array, found: Array) -> tuple[Array, Array]:
    """How many of what is found, and of all, have each number or more, the greatest first."""
    # scikit-learn's curves take twenty times as long, and an interval needs two thousand of them.
    order = np.argsort(-given, kind="stable")
    # The last of those with one number.
    ends = np.flatnonzero(np.diff(given[order], append=-np.inf))
    return np.cumsum(found[order])[ends], ends + 1


def average_precision(probabilities: Array, labels: Array) -> float:
    """Area under the precision-recall curve, of the classes as ``area_under_roc`` takes them.

    Args and errors are those of ``area_under_roc``.
    """
    return _mean_of_classes(precision, probabilities, labels)


def _mean_of_classes(measure, probabilities, labels):
    """The measure of the second of two classes, else its mean over the classes that occur."""
    probabilities, labels = np.asarray(probabilities), np.asarray(labels)
    present = np.unique(labels)
    if len(present) < 2:
        raise Unmeasurable(
            f"it compares classes, and all {len(labels):,} values are of one"
        )
    chosen = present[1:] if probabilities.shape[1] == 2 else present
    found = [measure(labels == one, probabilities[:, one]) for one in chosen]
    return float(np.mean(found))


def _area_of(found, given):
    """The area of a class from what it has (n,), True or False, and its probabilities (n,)."""
    return area(given[found], given[~found])


def _binned(probabilities, labels):
    """The confidence of each value, whether its predicted class is right, and its bin."""
    probabilities = np.asarray(probabilities, "float64")
    confidence = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == np.asarray(labels)).astype(float)
    return confidence, right, np.minimum((confidence * BINS).astype(int), BINS - 1)
