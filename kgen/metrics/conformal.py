"""Prediction intervals that hold a given share of new numbers, for any distribution of errors."""

import math

import numpy as np

from kgen.metrics.agreement import differences
from kgen.metrics.checks import Unmeasurable
from kgen.types import Array

LEVEL, ROUNDING = 0.9, 1e-9


def conformal_reach(estimates: Array, numbers: Array, level: float = LEVEL) -> float:
    """Half the width of a prediction interval of coverage ``level``: split conformal prediction.

    It is the ⌈level (n + 1)⌉-th smallest of the n absolute errors on numbers that training never
    saw. On average over draws of these n numbers, the interval holds at least a share ``level`` of
    new numbers from the same distribution.

    Args:
        estimates: array (n,), of the validation values.
        numbers: array (n,), their true numbers.
        level: float in (0, 1).

    Returns:
        float, in the unit of the numbers.

    Raises:
        Unmeasurable: if n is below that rank; a level of 0.9 needs at least 9 numbers.

    Reference:
        Lei et al., Distribution-Free Predictive Inference for Regression, 2018, arXiv:1604.04173
    """
    errors = np.sort(np.abs(differences(estimates, numbers)))
    rank = math.ceil(level * (len(errors) + 1) - ROUNDING)
    if rank > len(errors):
        least = math.ceil(level / (1 - level) - ROUNDING)
        raise Unmeasurable(
            f"an interval at {level:.0%} needs at least {least} validation values; "
            f"these are {len(errors)}. Take more."
        )
    return float(errors[rank - 1])


def interval_coverage(estimates: Array, numbers: Array, reach: float) -> float:
    """The share of numbers (n,) within ``reach`` of their estimates (n,)."""
    return float(np.mean(np.abs(differences(estimates, numbers)) <= reach))
