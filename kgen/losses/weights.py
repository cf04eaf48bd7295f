import math


def weight_of_sum(weight, shape, usual, reference):
    """The weight of a loss that is summed over the numbers of a ``shape``, beside losses that are not.

        usual · min(1, reference / numbers)

    Args:
        weight: float, returned as it is; ``None`` for the default above.
        shape: tuple of int.
        usual: float, the default for at most ``reference`` numbers.
        reference: int, numbers above which the default falls in proportion.
    """
    # Small sums keep the usual weight: raised, digits of 8 × 8 pixels are read as the class asked for less often.
    return usual * min(1.0, reference / math.prod(shape)) if weight is None else weight
