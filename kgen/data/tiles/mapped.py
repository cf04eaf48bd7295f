from collections.abc import Sequence

import numpy as np

from kgen.data.tiles.layout import Section
from kgen.data.tiles.locations import Locations
from kgen.data.tiles.raster import Raster
from kgen.data.tiles.reader import Reader
from kgen.types import Array, Location


class Mapped(Reader):
    """Tiles through a memory map of the file; the system keeps in memory what it has room for."""

    summary = "a map of the file"
    any_order = True

    def __init__(self, path: Location, sections: Sequence[Section], reason: str):
        super().__init__(path, sections, reason)
        offsets, widths = zip(
            *((section.offset, section.shape[1]) for section in sections), strict=True
        )
        self._raster = Raster(
            np.memmap(path, "uint8", "r"), offsets, widths, self.dtype
        )

    def tiles(self, locations: Locations, tile_size: int) -> Array:
        """The tiles (n, tile_size, tile_size) at these locations."""
        # Beyond the end of a truncated file, reading a map kills the process without a message.
        self.check_unchanged()
        return self._raster.tiles(locations, tile_size)
