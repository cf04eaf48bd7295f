import hashlib
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kgen import console
from kgen.data.cache import cache_folder, unwritable
from kgen.data.pieces import pieces_of
from kgen.data.tiles.opening import cache_key, opened
from kgen.types import Array, Location, Shape

X = "x"
PIECE = 2**24  # bytes at a time


class ImageRows(NamedTuple):
    """The array x (n, height, width, …) at the top of an HDF5 file, read in any order of its rows.

    Args:
        path: of the file.
        shape: tuple of ints, the shape of x.
        dtype: of x.
        side: int, pixels per side that are cut out of the middle; ``None`` reads whole images.

    Example:
        >>> len(ImageRows.of("cells.h5").read(np.arange(10), memory=2_000_000_000))
        10
    """

    path: Location
    shape: Shape
    dtype: np.dtype
    side: int | None = None

    @classmethod
    def of(cls, path: Location, side: int | None = None) -> "ImageRows":
        """The array of a file that has one."""
        with opened(path) as file:
            return cls(path, file[X].shape, file[X].dtype, side)

    def read(self, rows: Array, memory: int) -> Array:
        """Images at some rows; beyond ``memory`` bytes, mapped from an ordered cached copy."""
        sides = [part.stop - part.start for part in self._window]
        shape = (len(rows), *sides, *self.shape[3:])
        if math.prod(shape) * self.dtype.itemsize <= memory:
            images = np.empty(shape, self.dtype)
            self._fill(images, rows, "Reading images")
            return images
        kept = (
            cache_folder("stacks") / f"{cache_key(self.path)}-{self._order(rows)}.npy"
        )
        if not kept.exists():
            self._copy(kept, shape, rows)
        return np.load(kept, mmap_mode="r")

    def pieces(self, what: str) -> Iterator[slice]:
        """Ranges of rows of some megabytes each, with a progress bar."""
        row = math.prod(self.shape[1:]) * self.dtype.itemsize
        step = max(1, PIECE // max(1, row))
        yield from console.over(pieces_of(self.shape[0], step), what)

    @property
    def _window(self) -> tuple[slice, ...]:
        """The rows and columns of the pixels that are read."""
        return tuple(_middle(length, self.side or length) for length in self.shape[1:3])

    def _order(self, rows: Array) -> str:
        """A hash of what is read, and in which order."""
        digest = hashlib.sha256(rows.tobytes())
        if self.side:
            digest.update(str(self.side).encode())
        return digest.hexdigest()[:16]

    def _copy(self, kept: Path, shape: Shape, rows: Array) -> None:
        """Writes the images at some rows to a file of the cache."""
        temporary = kept.with_suffix(f".{os.getpid()}")
        try:
            copy = np.lib.format.open_memmap(temporary, "w+", self.dtype, shape)
            self._fill(copy, rows, "Copying images")
            copy.flush()
            temporary.replace(kept)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise unwritable(kept, error) from error

    def _fill(self, images: Array, rows: Array, what: str) -> None:
        """Fills an array with the images at some rows; the file is read once, in its own order."""
        places = np.argsort(rows, kind="stable")
        ordered = rows[places]
        with opened(self.path) as file:
            for piece in self.pieces(what):
                first, last = np.searchsorted(ordered, (piece.start, piece.stop))
                if first < last:
                    read = file[X][(piece, *self._window)]
                    images[places[first:last]] = read[ordered[first:last] - piece.start]


def _middle(length: int, side: int) -> slice:
    start = (length - side) // 2
    return slice(start, start + side)
