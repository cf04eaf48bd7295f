"""How far what is read of values agrees with what is known of them."""

import numpy as np


def accuracy(read, labels):
    """The share of classes (n,) that are the labels (n,)."""
    return float(np.mean(np.asarray(read) == np.asarray(labels)))


def mean_squared_error(values, others):
    """Mean of the squared differences of all numbers."""
    return float(np.mean((np.asarray(values) - np.asarray(others)) ** 2))


def mean_absolute_error(values, others):
    """Mean of the absolute differences of all numbers."""
    return float(np.mean(np.abs(np.asarray(values) - np.asarray(others))))


def bias(estimates, numbers):
    """Mean of estimate minus number: above 0 where estimates are too large."""
    return float(np.mean(np.asarray(estimates) - np.asarray(numbers)))


def r_squared(estimates, numbers):
    """1 − Σ (number − estimate)² / Σ (number − mean)²: 1 for estimates without error, 0 for those of the mean."""
    return float(1.0 - mean_squared_error(numbers, estimates) / np.var(numbers))
