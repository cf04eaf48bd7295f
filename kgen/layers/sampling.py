"""Grids read at places between their points, with a gradient in the values."""

import itertools

import numpy as np
from keras import ops

from kgen.types import Tensor


def moved(values: Tensor, matrices: Tensor, shifts: Tensor) -> Tensor:
    """Values (n, …, channels) read at A (x − c) + c + b for each point x; c is the grid's centre.

    Places outside the grid read 0.

    Args:
        values: tensor (n, …, channels) of two or three axes of the grid.
        matrices: tensor (n, axes, axes), A: where in the old grid a step in the new one leads.
        shifts: tensor (n, axes), b, in points.
    """
    shape = values.shape[1:-1]
    centre = (np.array(shape, "float32") - 1) / 2
    grid = (
        np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1).reshape(
            -1, len(shape)
        )
        - centre
    )
    places = (
        ops.einsum("bij,pj->bpi", matrices, ops.cast(grid, matrices.dtype))
        + ops.expand_dims(shifts, 1)
        + centre
    )
    return ops.reshape(read(values, places), ops.shape(values))


def read(values: Tensor, places: Tensor) -> Tensor:
    """Values at places (n, points, axes) of their grid, by linear interpolation."""
    shape, channels = values.shape[1:-1], values.shape[-1]
    flat = ops.reshape(values, (-1, int(np.prod(shape)), channels))
    below = ops.floor(places)
    above = ops.cast(places - below, values.dtype)
    corners = itertools.product((0, 1), repeat=len(shape))
    return sum(
        _corner(flat, shape, ops.cast(below, "int32"), above, corner)
        for corner in corners
    )


def _corner(flat, shape, below, above, corner):
    """What one corner of the cell around each place adds."""
    position, weight, inside = 0, 1.0, True
    for axis, (side, step) in enumerate(zip(shape, corner, strict=True)):
        place, share = below[..., axis] + step, above[..., axis]
        weight = weight * (share if step else 1.0 - share)
        inside = ops.logical_and(inside, ops.logical_and(place >= 0, place < side))
        position = position * side + ops.clip(place, 0, side - 1)
    weight = ops.where(inside, weight, ops.zeros_like(weight))
    return ops.take_along_axis(
        flat, ops.expand_dims(position, -1), axis=1
    ) * ops.expand_dims(weight, -1)
