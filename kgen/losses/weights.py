import math


def weight_of_sum(weight, shape, usual, reference):
    """The weight of a sum over the numbers of a ``shape``, beside losses that do not grow with them.

    Args:
        weight: float, taken as it is; ``None`` for ``usual``, or where the shape holds more numbers than ``reference``
            for what gives their sum the weight of a sum over so many.
        shape: tuple of int.
        usual: float.
        reference: int.
    """
    # Small sums keep the usual weight: raised, digits of 8 × 8 pixels are read as the class asked for less often.
    return usual * min(1.0, reference / math.prod(shape)) if weight is None else weight
