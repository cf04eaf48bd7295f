"""A whole section cut into equally spaced tiles, and put together again."""

import itertools
from collections.abc import Callable

import numpy as np

from kgen import console
from kgen.data.pieces import pieces_of
from kgen.types import Array, Shape


def corners(shape: Shape, tile_size: int, spacing: int) -> Array:
    """The corners (n, 2) of tiles that cover an image, row after row; the last reach beyond it."""
    if not 1 <= spacing <= tile_size:
        raise ValueError(
            f"spacing={spacing!r} is not in 1 to {tile_size}, the tile's size: tiles must leave no "
            "gap."
        )
    axes = [np.arange(0, max(side - tile_size, 0) + spacing, spacing) for side in shape]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)


def cut(image: Array, tile_size: int, spacing: int | None = None) -> Array:
    """Tiles (n, tile_size, tile_size) that cover an image (height, width), mirrored at borders."""
    places = corners(image.shape, tile_size, tile_size if spacing is None else spacing)
    return _windows(image, tile_size, places)[tuple(places.T)]


def stitch(tiles: Array, shape: Shape, spacing: int | None = None) -> Array:
    """The image of ``shape`` that the tiles of ``cut`` cover; where they overlap, a weighted mean.

    The weight of a tile grows with the distance from its border, so that no seam shows.
    """
    size = tiles.shape[1]
    return _blended(
        [tiles], shape, size, corners(shape, size, size if spacing is None else spacing)
    )


def through(
    function: Callable[[Array], Array],
    image: Array,
    tile_size: int,
    spacing: int,
    at_once: int = 1000,
) -> Array:
    """The image stitched from ``function`` of its tiles, ``at_once`` in memory at a time."""
    places = corners(image.shape, tile_size, spacing)
    windows = _windows(image, tile_size, places)
    pieces = console.over(
        pieces_of(len(places), at_once), "Tiles of a whole image, thousands"
    )
    made = (function(windows[tuple(places[piece].T)]) for piece in pieces)
    return _blended(made, image.shape, tile_size, places)


def _windows(image, tile_size, places):
    beyond = np.maximum(0, places.max(axis=0) + tile_size - image.shape)
    padded = np.pad(image, [(0, end) for end in beyond], mode="symmetric")
    return np.lib.stride_tricks.sliding_window_view(padded, (tile_size, tile_size))


def _blended(pieces, shape, size, places):
    ramp = np.minimum(np.arange(1, size + 1), np.arange(size, 0, -1)).astype("float32")
    weight = np.outer(ramp, ramp)
    total, weights = np.zeros((2, *(places.max(axis=0) + size)), "float32")
    for tile, (row, column) in zip(
        itertools.chain.from_iterable(pieces), places, strict=True
    ):
        total[row : row + size, column : column + size] += tile * weight
        weights[row : row + size, column : column + size] += weight
    return (total / weights)[: shape[0], : shape[1]]
