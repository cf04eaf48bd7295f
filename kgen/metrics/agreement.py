"""How well predictions agree with known classes and numbers."""

import numpy as np
from numpy.typing import ArrayLike

from kgen.types import Array


def accuracy(read: Array, labels: ArrayLike) -> float:
    """The share of predicted classes (n,) that equal the labels (n,)."""
    return float(np.mean(np.asarray(read) == np.asarray(labels)))


def balanced_accuracy(read: Array, labels: Array) -> float:
    """The mean accuracy over the classes: ½ for a constant prediction of two classes."""
    read, labels = np.asarray(read), np.asarray(labels)
    shares = [accuracy(read[labels == label], label) for label in np.unique(labels)]
    return float(np.mean(shares))


def mean_squared_error(values: Array, others: Array) -> float:
    """Mean of the squared differences of all numbers."""
    apart = differences(values, others).ravel()
    return float(apart @ apart / apart.size)


def mean_absolute_error(values: Array, others: Array) -> float:
    """Mean of the absolute differences of all numbers."""
    return float(np.abs(differences(values, others)).mean())


def bias(estimates: Array, numbers: Array) -> float:
    """Mean of estimate minus number: above 0 where estimates are too large."""
    return float(differences(estimates, numbers).mean())


def r_squared(estimates: Array, numbers: Array) -> float:
    """1 − Σ (number − estimate)² / Σ (number − mean)²: 1 is perfect, 0 as good as the mean."""
    return float(
        1.0 - mean_squared_error(numbers, estimates) / np.var(numbers, dtype="float64")
    )


def differences(values: Array, others: Array) -> Array:
    """Numbers minus others, in float64."""
    # Bytes would wrap around, and a sum of float32 values loses digits.
    return np.subtract(values, others, dtype="float64")
