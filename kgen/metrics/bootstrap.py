"""Confidence intervals: how far a number would move with other test values of the same kind."""

from collections.abc import Callable, Sequence

import numpy as np

from kgen.metrics.checks import Unmeasurable, check_enough
from kgen.types import Array

LEVEL = 0.95
RESAMPLES, FEWEST = 2000, 400
MOST = 2_000_000  # values in all resamples together: many values need fewer resamples


def interval(
    statistic: Callable[..., float],
    arrays: Sequence[Array],
    units: Array | None = None,
    seed: int = 0,
) -> tuple[float, float]:
    """The 95 % confidence interval of a statistic by the percentile bootstrap.

    Whole units are drawn with replacement. Several values of one person hold less information than
    as many values of different persons: with persons as units the interval has the right width.
    There are 2,000 resamples; for more than 1,000 values fewer, but at least 400.

    Args:
        statistic: function from the resampled arrays to a number. A resample for which it raises
            ``Unmeasurable``, such as one without a class, is skipped.
        arrays: sequence of arrays (n, …).
        units: array (n,), the unit of each value; by default every value is its own unit.
        seed: int, seed of the draws.

    Returns:
        pair of floats, the lower and the upper end.

    Raises:
        Unmeasurable: for fewer than two units, or if no resample can be measured.

    Example:
        >>> low, high = interval(accuracy, (predicted, labels), units=subjects)
        >>> 0.0 <= low <= accuracy(predicted, labels) <= high <= 1.0
        True

    Reference:
        Efron & Tibshirani, An Introduction to the Bootstrap, 1993, doi:10.1201/9780429246593
    """
    count = len(arrays[0])
    whose = (
        np.arange(count) if units is None else np.unique(units, return_inverse=True)[1]
    )
    found = []
    for rows in _resampled(whose, _resamples(count), seed):
        found.append(_measured(statistic, arrays, rows))
    if np.isnan(found).all():
        raise Unmeasurable("no resample of these values can be measured")
    low, high = np.nanpercentile(found, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)


def _resampled(whose, count, seed):
    """Yields the row indices of each resample: as many units as there are, with replacement."""
    random = np.random.default_rng(seed)
    units = whose.max(initial=-1) + 1
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
