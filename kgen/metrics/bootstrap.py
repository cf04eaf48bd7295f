"""Confidence intervals: how far a number would move with other test values of the same kind."""

import numpy as np

from kgen.metrics.checks import Unmeasurable, check_enough

LEVEL = 0.95
RESAMPLES, FEWEST = 2000, 400
MOST = 2_000_000  # values that all resamples hold together: of many values fewer resamples will do


def interval(statistic, arrays, units=None, seed=0):
    """The 95 % interval of a statistic by the percentile bootstrap: whole units are drawn with replacement.

    Values of one person tell less than as many of several: with the persons as units the interval is as wide as it
    should be. 2,000 resamples; of more than 1,000 values fewer, 400 at least.

    Args:
        statistic: function of the arrays, resampled, to a number; where it is ``Unmeasurable``, as of
            a resample without a class, that resample counts for nothing.
        arrays: sequence of arrays (n, …).
        units: array (n,), whose each value is; every value is a unit of its own unless given.
        seed: int, of the draws.

    Returns:
        pair of floats, the lower and the upper end.

    Raises:
        Unmeasurable: for fewer than two units, and where no resample can be measured.

    Example:
        >>> interval(accuracy, (read, labels), units=subjects)

    Reference:
        Efron & Tibshirani, An Introduction to the Bootstrap, 1993, doi:10.1201/9780429246593
    """
    count = len(arrays[0])
    whose = np.arange(count) if units is None else np.unique(units, return_inverse=True)[1]
    found = [
        _measured(statistic, arrays, rows) for rows in _resampled(whose, _resamples(count), seed)
    ]
    if np.isnan(found).all():
        raise Unmeasurable("no resample of these values can be measured")
    low, high = np.nanpercentile(found, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)


def _resampled(whose, count, seed):
    """The places of the values of as many units as there are, drawn anew each time."""
    random, units = np.random.default_rng(seed), whose.max(initial=-1) + 1
    check_enough("a confidence interval", units, 2)
    for _ in range(count):
        times = np.bincount(random.integers(units, size=units), minlength=units)
        yield np.repeat(np.arange(len(whose)), times[whose])


def _resamples(count):
    return int(np.clip(MOST // max(count, 1), FEWEST, RESAMPLES))


def _measured(statistic, arrays, rows):
    try:
        return statistic(*(array[rows] for array in arrays))
    except Unmeasurable:
        return np.nan
