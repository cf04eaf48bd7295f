import numpy as np

from kgen.types import Array


def drawn(most: int, *arrays: Array, seed: int = 0) -> list[Array]:
    """The same ``most`` random items of each array in random order, or all if there are fewer."""
    chosen = np.random.default_rng(seed).permutation(len(arrays[0]))[:most]
    return [np.asarray(array)[chosen] for array in arrays]


def of_each_class(labels: Array) -> list[Array]:
    """The places of the items of each class, in the order of the class numbers."""
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]
