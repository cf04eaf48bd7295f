"""A CT that is not aligned with the MR: the same head, moved but not turned."""

import numpy as np
from scipy import ndimage

from kgen.data.phantoms.grid import Grid
from kgen.types import Array


def drawn(random: np.random.Generator, most: float, rank: int) -> Array:
    """A move in mm, uniform in a ball of radius ``most``, or in a disc if ``rank`` is 2."""
    way = random.standard_normal(rank)
    return most * random.uniform() ** (1.0 / rank) * way / np.linalg.norm(way)


def moved(values: Array, move: Array, grid: Grid, beyond: float) -> Array:
    """An image moved by millimetres; ``beyond`` fills what comes from outside."""
    return ndimage.shift(values, move / grid.spacing, order=1, cval=beyond)
