"""Intervals about estimates that hold a given share of new numbers, whatever the errors' distribution."""

import math

import numpy as np

from kgen.metrics.agreement import differences
from kgen.metrics.checks import Unmeasurable

LEVEL, ROUNDING = 0.9, 1e-9


def conformal_reach(estimates, numbers, level=LEVEL):
    """How far from an estimate a new number lies at most, with probability ``level``: split conformal prediction.

    The ⌈level (n + 1)⌉-th smallest of the n absolute errors on numbers that training never saw. Of new numbers of the
    same distribution at least ``level`` lie within, on average over such draws of n.

    Args:
        estimates: array (n,), of the validation values.
        numbers: array (n,), theirs.
        level: float in (0, 1).

    Returns:
        float, in the unit of the numbers.

    Raises:
        Unmeasurable: for fewer numbers than have such an error, 9 for a level of 0.9.

    Reference:
        Lei et al., Distribution-Free Predictive Inference for Regression, 2018, arXiv:1604.04173
    """
    errors = np.sort(np.abs(differences(estimates, numbers)))
    rank = math.ceil(level * (len(errors) + 1) - ROUNDING)
    if rank > len(errors):
        least = math.ceil(level / (1 - level) - ROUNDING)
        raise Unmeasurable(
            f"an interval at {level:.0%} needs at least {least} validation values; these are {len(errors)}. Take more."
        )
    return float(errors[rank - 1])


def interval_coverage(estimates, numbers, reach):
    """The share of numbers (n,) that lie no further than ``reach`` from their estimates (n,)."""
    return float(np.mean(np.abs(differences(estimates, numbers)) <= reach))
