from kgen.data.tiles.layout import Unreadable, stamp


class Reader:
    """Base of the ways to read tiles: sections of one pixel type, and a watch over their file.

    Subclasses give ``tiles(locations, tile_size)`` and ``batches``.

    Args:
        path: of the HDF5 file.
        sections: list of ``Section``.
        reason: str, why tiles are read in this way.
    """

    def __init__(self, path, sections, reason):
        self.path, self.sections, self.reason = path, sections, reason
        self.dtype = _common(path, sections)
        self._stamp = stamp(path)

    def __str__(self):
        return f"{self.summary}: {self.reason}"

    def check_unchanged(self):
        """Raises once somebody has written to the file."""
        if stamp(self.path) != self._stamp:
            raise Unreadable(
                f"{self.path} was changed while tiles were read from it. Put the old file back, or train anew."
            )


def _common(path, sections):
    first = sections[0]
    for section in sections:
        if section.dtype != first.dtype:
            raise ValueError(
                f"{path}: {section.path} holds {section.dtype}, {first.path} {first.dtype}. Store all images with one "
                "type of pixels, or leave some out with --skip."
            )
    return first.dtype
