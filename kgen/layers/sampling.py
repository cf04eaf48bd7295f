"""Grids read at places between their points, with a gradient in the values."""

import math
from collections.abc import Sequence

import numpy as np
from keras import ops

from kgen.types import Tensor

EDGE = 2  # zeros around a grid: every cell beyond it lies in them


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
    return ops.reshape(read(values, ops.unstack(places, axis=-1)), ops.shape(values))


def read(values: Tensor, places: Sequence[Tensor]) -> Tensor:
    """Values at places of their grid, (n, points) along each axis, by linear interpolation."""
    edges = [(0, 0), *[(EDGE, EDGE)] * len(places), (0, 0)]
    padded = ops.pad(values, edges)
    strides = _strides(padded.shape[1:-1])
    rows = ops.expand_dims(ops.arange(ops.shape(values)[0]), 1) * strides[0]
    shares, axes = [], zip(values.shape[1:-1], strides[1:], strict=True)
    for place, (side, stride) in zip(places, axes, strict=True):
        below = ops.floor(place)
        shares.append(ops.cast(place - below, values.dtype))
        rows = rows + stride * _kept(below, side)
    flat = ops.reshape(padded, (-1, values.shape[-1]))
    return _between(flat, rows, shares, strides[1:])


def _kept(below, side):
    """Points of an axis in the padded grid; those beyond it become its first or last ones."""
    return ops.clip(ops.cast(below, "int32"), -EDGE, side) + EDGE


def _strides(sides):
    """How far apart neighbours lie in flat values (n, …): of n, and of each axis."""
    return [math.prod(sides[axis:]) for axis in range(len(sides) + 1)]


def _between(flat, rows, shares, strides):
    """The values from given rows on, interpolated along each axis in turn."""
    if not shares:
        return ops.take(flat, rows, axis=0)
    low, high = (
        _between(flat, rows + far, shares[1:], strides[1:]) for far in (0, strides[0])
    )
    return low + ops.expand_dims(shares[0], -1) * (high - low)
