"""What correcting concepts by hand is worth: the error of a number as more of its concepts are true."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from kgen.metrics.agreement import mean_absolute_error
from kgen.metrics.checks import Unmeasurable

MOST = 10  # concepts; every set of them is asked


class Interventions(NamedTuple):
    """Errors after so many concepts were corrected, from none to all: over all orders of correction.

    Args:
        mean: array (k + 1,), the mean over all orders.
        least, greatest: arrays (k + 1,), those of the best and the worst choice of so many concepts.
    """

    mean: np.ndarray
    least: np.ndarray
    greatest: np.ndarray


def interventions(decide, found, true, numbers):
    """The mean absolute error of numbers as concepts are corrected one after the other, over all orders.

    Every set of j concepts is the first j of equally many orders: the mean over the orders is that over the sets.

    Args:
        decide: function from concepts (n, k) to numbers (n,).
        found: array (n, k), concepts as they were read.
        true: array (n, k).
        numbers: array (n,).

    Returns:
        ``Interventions``.

    Raises:
        Unmeasurable: for more than 10 concepts.

    Example:
        >>> interventions(model.decide, model.concepts(scans), concepts, ages).mean

    Reference:
        Koh et al., Concept Bottleneck Models, 2020, arXiv:2007.04612
    """
    count = found.shape[1]
    if count > MOST:
        raise Unmeasurable(
            f"{count} concepts have too many orders of correction; at most {MOST} are looked at."
        )
    errors = [
        [
            mean_absolute_error(decide(_corrected(found, true, chosen)), numbers)
            for chosen in _sets(count, size)
        ]
        for size in range(count + 1)
    ]
    return Interventions(
        *(np.array([function(part) for part in errors]) for function in (np.mean, np.min, np.max))
    )


def _sets(count, size):
    return combinations(range(count), size)


def _corrected(found, true, chosen):
    columns = list(chosen)
    concepts = np.array(found)
    concepts[:, columns] = true[:, columns]
    return concepts
