"""A CT that does not lie where the MR does: the same head, moved and not turned."""

import numpy as np
from scipy import ndimage


def drawn(random, most, rank):
    """A move of at most so many millimetres along each axis; any within that distance is equally likely."""
    way = random.standard_normal(rank)
    return most * random.uniform() ** (1.0 / rank) * way / np.linalg.norm(way)


def moved(values, move, grid, beyond):
    """An image moved by millimetres; ``beyond`` is what lies outside of it."""
    return ndimage.shift(values, move / grid.spacing, order=1, cval=beyond)
