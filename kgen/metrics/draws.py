import numpy as np


def drawn(most, *arrays, seed=0):
    """The same random ``most`` items, or all where there are fewer, of every array, in random order."""
    chosen = np.random.default_rng(seed).permutation(len(arrays[0]))[:most]
    return [np.asarray(array)[chosen] for array in arrays]
