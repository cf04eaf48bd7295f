from collections.abc import Sequence

from kgen import console
from kgen.data.tiles.layout import Section, byte_counts
from kgen.data.tiles.locations import Locations
from kgen.data.tiles.opening import opened
from kgen.data.tiles.raster import Raster
from kgen.data.tiles.reader import Reader
from kgen.data.tiles.statistics import strips
from kgen.types import Array, Location


class InMemory(Reader):
    """Tiles from a copy of all sections in memory, as they are stored."""

    summary = "a copy in memory"
    any_order = True

    def __init__(self, path: Location, sections: Sequence[Section], reason: str):
        super().__init__(path, sections, reason)
        sizes = byte_counts(sections)
        widths = [section.shape[1] for section in sections]
        self._raster = Raster.empty(sizes, widths, self.dtype)
        progress = console.bar(sum(sizes), "Reading", "B", unit_scale=True)
        with opened(path) as file, progress:
            for number, section in enumerate(sections):
                for rows in strips(section):
                    stored = self.pixels(file, section, rows)
                    progress.update(self._raster.fill(number, stored, rows.start))
        self.check_unchanged()

    def tiles(self, locations: Locations, tile_size: int) -> Array:
        """The tiles (n, tile_size, tile_size) at these locations."""
        return self._raster.tiles(locations, tile_size)
