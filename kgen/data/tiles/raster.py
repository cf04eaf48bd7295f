import numpy as np


class Raster:
    """Tiles out of images that lie row after row in one buffer, in memory or mapped from a file.

    Args:
        buffer: uint8 array (n,), the bytes.
        offsets: int array, the byte at which each image begins.
        widths: int array, pixels in a row of each image.
        dtype: of the pixels.
    """

    def __init__(self, buffer, offsets, widths, dtype):
        self.buffer, self.dtype = buffer, np.dtype(dtype)
        self.offsets, self.strides = np.asarray(offsets), np.asarray(widths) * self.dtype.itemsize

    def tiles(self, locations, tile_size):
        """The tiles (n, tile_size, tile_size) at these locations; sections are indices of images."""
        strides = self.strides[locations.sections]
        first = self.offsets[locations.sections] + locations.rows * strides + locations.columns * self.dtype.itemsize
        lines = first[:, None] + strides[:, None] * np.arange(tile_size)
        # Any stretch of bytes is an element of this view, so that a line of a tile is copied in one piece.
        size = tile_size * self.dtype.itemsize
        stretches = np.ndarray((len(self.buffer) - size + 1,), f"V{size}", self.buffer, strides=(1,))
        return stretches[lines].view(self.dtype).reshape(len(locations), tile_size, tile_size)
