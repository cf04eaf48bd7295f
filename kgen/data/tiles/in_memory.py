import numpy as np
from tqdm import tqdm

from kgen.data.tiles.layout import explained, opened
from kgen.data.tiles.raster import Raster
from kgen.data.tiles.reader import Reader


class InMemory(Reader):
    """Tiles out of a copy of all sections, as they are stored, in memory."""

    summary = "a copy in memory"
    any_order = True

    def __init__(self, path, sections, reason):
        super().__init__(path, sections, reason)
        ends = np.cumsum([section.bytes for section in sections])
        buffer = np.empty(ends[-1], "uint8")
        offsets = [0, *ends[:-1].tolist()]
        with opened(path) as file, tqdm(total=len(buffer), unit="B", unit_scale=True, desc="Reading", delay=1) as bar:
            for section, offset in zip(sections, offsets, strict=True):
                bar.update(copy(file, section, buffer[offset:]))
        self._raster = Raster(buffer, offsets, [section.shape[1] for section in sections], self.dtype)

    def tiles(self, locations, tile_size):
        """The tiles (n, tile_size, tile_size) at these locations."""
        return self._raster.tiles(locations, tile_size)


def copy(file, section, buffer, rows=None):
    """Reads rows of a section, all unless told, into the beginning of a buffer of bytes; returns how many bytes."""
    rows = rows or slice(0, section.shape[0])
    with explained(f"{section.path}, rows {rows.start} to {rows.stop},"):
        pixels = file[section.path][rows]
    buffer[: pixels.nbytes] = np.ascontiguousarray(pixels).reshape(-1).view("uint8")
    return pixels.nbytes
