from collections.abc import Sequence
from typing import Self

import numpy as np

from kgen.data.tiles.locations import Locations
from kgen.types import Array


class Raster:
    """Tiles from images that lie row after row in one buffer, in memory or mapped from a file.

    Args:
        buffer: uint8 array (n,), the bytes.
        offsets: int array, the byte at which each image begins.
        widths: int array, pixels in a row of each image.
        dtype: of the pixels.
    """

    def __init__(
        self,
        buffer: Array,
        offsets: Array | Sequence[int],
        widths: Array | Sequence[int],
        dtype: np.dtype,
    ):
        self.buffer, self.dtype = buffer, np.dtype(dtype)
        self.offsets = np.asarray(offsets)
        self.strides = np.asarray(widths) * self.dtype.itemsize

    @classmethod
    def empty(
        cls, sizes: Sequence[int], widths: Array | Sequence[int], dtype: np.dtype
    ) -> Self:
        """Room in memory for images of these sizes in bytes."""
        ends = np.cumsum(sizes)
        return cls(np.empty(ends[-1], "uint8"), [0, *ends[:-1].tolist()], widths, dtype)

    def fill(self, number: int, pixels: Array, row: int = 0) -> int:
        """Stores pixels of an image, from a row on, in their place; returns their bytes."""
        start = self.offsets[number] + row * self.strides[number]
        self.buffer[start : start + pixels.nbytes] = (
            np.ascontiguousarray(pixels).reshape(-1).view("uint8")
        )
        return pixels.nbytes

    def tiles(self, locations: Locations, tile_size: int) -> Array:
        """The tiles (n, tile_size, tile_size) at these locations; sections are image indices."""
        strides = self.strides[locations.sections]
        first = (
            self.offsets[locations.sections]
            + locations.rows * strides
            + locations.columns * self.dtype.itemsize
        )
        lines = first[:, None] + strides[:, None] * np.arange(tile_size)
        # Any run of bytes is an element of this view, so that a row of a tile is copied at once.
        size = tile_size * self.dtype.itemsize
        stretches = np.ndarray(
            (len(self.buffer) - size + 1,), f"V{size}", self.buffer, strides=(1,)
        )
        return (
            stretches[lines]
            .view(self.dtype)
            .reshape(len(locations), tile_size, tile_size)
        )
