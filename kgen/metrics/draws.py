import numpy as np

from kgen.types import Array


def drawn(most: int, *arrays: Array, seed: int = 0) -> list[Array]:
    """The same ``most`` random items of each array in random order, or all if there are fewer."""
    chosen = np.random.default_rng(seed).permutation(len(arrays[0]))[:most]
    return [np.asarray(array)[chosen] for array in arrays]
