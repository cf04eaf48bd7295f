import numpy as np


def drawn(most, *arrays, seed=0):
    """The same ``most`` random items of each array in random order, or all if there are fewer."""
    chosen = np.random.default_rng(seed).permutation(len(arrays[0]))[:most]
    return [np.asarray(array)[chosen] for array in arrays]
