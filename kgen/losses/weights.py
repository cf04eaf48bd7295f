import math
from collections.abc import Sequence


def weight_of_sum(
    weight: float | None, shape: Sequence[int], reference: int, usual: float = 0.1
) -> float:
    """The weight of a loss that sums over the numbers of a ``shape``, beside losses that do not.

        usual · min(1, reference / numbers)

    Args:
        weight: float, returned as it is; ``None`` for the default above.
        shape: tuple of int.
        reference: int, numbers above which the default falls in proportion.
        usual: float, the default up to there.
    """
    if weight is not None:
        return weight
    # A larger weight for small sums made digits of 8 × 8 pixels less often the class asked for.
    return usual * min(1.0, reference / math.prod(shape))
