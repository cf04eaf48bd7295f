from collections.abc import Callable, Sequence

import h5py

from kgen.data.tiles import pixels
from kgen.data.tiles.layout import Section
from kgen.data.tiles.locations import Locations
from kgen.data.tiles.opening import check_unchanged, explained, stamp
from kgen.types import Array, Location


class Reader:
    """Base class of tile readers: sections of one pixel type, and a watch over their file.

    Subclasses implement ``tiles(locations, tile_size)``, a ``summary`` in words, and ``any_order``:
    whether places cost the same in any order. If they do not, ``epoch`` yields tiles in an order of
    its own.

    Args:
        path: of the HDF5 file.
        sections: list of ``Section``.
        reason: str, why tiles are read in this way.
    """

    summary: str
    any_order: bool
    tiles: Callable[[Locations, int], Array]

    def __init__(self, path: Location, sections: Sequence[Section], reason: str):
        self.path, self.sections, self.reason = path, sections, reason
        self.dtype = sections[0].dtype
        self.stamp = stamp(path)

    def __str__(self) -> str:
        return f"{self.summary}: {self.reason}"

    def check_unchanged(self) -> None:
        """Raises if somebody has written to the file."""
        check_unchanged(self.path, self.stamp)

    def pixels(self, file: h5py.File, section: Section, rows: slice) -> Array:
        """Rows of a section of the open file."""
        with explained(
            f"{self.path}: {section.path}, rows {rows.start} to {rows.stop},"
        ):
            return pixels.read(file[section.path], self.dtype, rows)
