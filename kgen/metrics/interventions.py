"""How the error of a number falls as more of its concepts are corrected by hand."""

from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple

import numpy as np

from kgen.metrics.agreement import mean_absolute_error
from kgen.metrics.checks import Unmeasurable
from kgen.types import Array

MOST = 10  # concepts; every subset of them is evaluated


class Interventions(NamedTuple):
    """The errors after 0 to k corrected concepts, over all orders of correction.

    Args:
        mean: array (k + 1,), the mean over all orders.
        least, greatest: arrays (k + 1,), for the best and the worst choice of that many concepts.
    """

    mean: np.ndarray
    least: np.ndarray
    greatest: np.ndarray


def interventions(
    decide: Callable[[Array], Array], found: Array, true: Array, numbers: Array
) -> Interventions:
    """The mean absolute error of numbers as concepts are corrected one by one, over all orders.

    Each set of j concepts begins equally many orders, so the mean over orders is that over sets.

    Args:
        decide: function from concepts (n, k) to numbers (n,).
        found: array (n, k), predicted concepts.
        true: array (n, k), true concepts.
        numbers: array (n,), true numbers.

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

    def error(chosen):
        return mean_absolute_error(decide(_corrected(found, true, chosen)), numbers)

    sets = [combinations(range(count), size) for size in range(count + 1)]
    errors = [np.array([*map(error, of_one_size)]) for of_one_size in sets]
    ends = [(part.mean(), part.min(), part.max()) for part in errors]
    return Interventions(*np.transpose(ends))


def _corrected(found, true, chosen):
    columns = list(chosen)
    concepts = np.array(found)
    concepts[:, columns] = true[:, columns]
    return concepts
