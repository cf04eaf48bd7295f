"""Estimates that lie too near to the mean, as weak features cause, and their correction."""

import numpy as np

from kgen.metrics.agreement import differences
from kgen.metrics.checks import Unmeasurable
from kgen.types import Array

LEAST = 0.05  # slope: estimates that hardly follow the numbers cannot be corrected


def shrinkage(estimates: Array, numbers: Array) -> float:
    """Minus the slope of the error ŷ − y over y: 0 without bias, 1 for a constant estimate."""
    return 1.0 - _line(estimates, numbers)[0]


def stretched(estimates: Array, known_estimates: Array, known_numbers: Array) -> Array:
    """Estimates without the bias towards the mean: (ŷ − a) / b, where ŷ = a + b y fits known ones.

    The correction does not use the number that is estimated. It also stretches the noise, so errors
    grow.

    Args:
        estimates: array (n,).
        known_estimates, known_numbers: arrays (m,), such as those of the validation values.

    Returns:
        array (n,).

    Raises:
        Unmeasurable: if the known estimates hardly follow their numbers.

    Reference:
        Smith et al., Estimation of brain age delta from brain imaging, 2019,
        doi:10.1016/j.neuroimage.2019.06.017
    """
    slope, start = _line(known_estimates, known_numbers)
    if slope < LEAST:
        raise Unmeasurable(
            f"validation estimates follow their numbers with a slope of {slope:z.2f}; "
            f"at least {LEAST} is needed to stretch them. "
            "Train longer, or on values that tell more of the number."
        )
    return (np.asarray(estimates, "float64") - start) / slope


def _line(estimates, numbers):
    """Slope and intercept of the least-squares line of estimates over numbers."""
    numbers = np.asarray(numbers, "float64")
    away = numbers - numbers.mean()
    spread = away @ away
    if not spread > 0:
        raise Unmeasurable(
            "all numbers are the same: there is no slope over them. Take others too."
        )
    errors = differences(estimates, numbers)
    slope = 1.0 + away @ errors / spread
    return float(slope), float(errors.mean() + (1.0 - slope) * numbers.mean())
