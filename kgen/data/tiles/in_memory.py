from kgen import console
from kgen.data.tiles.layout import opened
from kgen.data.tiles.raster import Raster
from kgen.data.tiles.reader import Reader


class InMemory(Reader):
    """Tiles out of a copy of all sections, as they are stored, in memory."""

    summary = "a copy in memory"
    any_order = True

    def __init__(self, path, sections, reason):
        super().__init__(path, sections, reason)
        sizes, widths = zip(*((section.bytes, section.shape[1]) for section in sections), strict=True)
        self._raster = Raster.empty(sizes, widths, self.dtype)
        with opened(path) as file, console.bar(sum(sizes), "Reading", "B", unit_scale=True) as bar:
            for number, section in enumerate(sections):
                bar.update(self._raster.fill(number, self.pixels(file, section)))

    def tiles(self, locations, tile_size):
        """The tiles (n, tile_size, tile_size) at these locations."""
        return self._raster.tiles(locations, tile_size)
