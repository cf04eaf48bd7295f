from kgen.data.tiles.layout import Unreadable, explained, stamp


class Reader:
    """Base of the ways to read tiles: sections of one pixel type, and a watch over their file.

    Subclasses give ``tiles(locations, tile_size)``, a ``summary`` in words, and ``any_order``: whether places are read
    in any order at the same cost. Where not, they give ``epoch``, which brings them in an order of its own.

    Args:
        path: of the HDF5 file.
        sections: list of ``Section``.
        reason: str, why tiles are read in this way.
    """

    def __init__(self, path, sections, reason):
        self.path, self.sections, self.reason = path, sections, reason
        self.dtype = sections[0].dtype
        self._stamp = stamp(path)

    def __str__(self):
        return f"{self.summary}: {self.reason}"

    def check_unchanged(self):
        """Raises once somebody has written to the file."""
        if stamp(self.path) != self._stamp:
            raise Unreadable(
                f"{self.path} was changed while tiles were read from it. Put the old file back, or train anew."
            )

    def pixels(self, file, section, rows=slice(None)):
        """Rows of a section of the open file, all unless told."""
        where = "" if rows == slice(None) else f", rows {rows.start} to {rows.stop},"
        with explained(f"{self.path}: {section.path}{where}"):
            return file[section.path][rows]
