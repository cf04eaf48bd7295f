"""Limits of what a file may demand, whatever it declares: time by its size, memory by budget."""

from collections.abc import Sequence
from pathlib import Path

from kgen.data.tiles.faults import Fault, check_none, paths
from kgen.data.tiles.layout import Section
from kgen.data.tiles.storage import size
from kgen.types import Location

MOST_UNPACKED = (
    2000  # bytes of pixels per byte of the file; gzip packs at most a thousand into one
)
ALWAYS = 2**26  # bytes that may be read at once whatever the budget
WAY_ON = "raise memory, or choose smaller chunks: h5repack -f GZIP=4 -l CHUNK=256x256 OLD NEW"


def check_within(path: Location, sections: Sequence[Section], memory: int) -> None:
    """Raises for images that the file cannot hold, or that need more than a third of ``memory``."""
    stored = Path(path).stat().st_size
    room = max(ALWAYS, memory // 3)
    faults = []
    for section in sections:
        fault = _empty(section, stored) or _crowded(section, room)
        if fault:
            faults.append(fault)
    check_none(path, faults, paths(sections), "Write the images anew")


def _empty(section, stored):
    if section.bytes <= MOST_UNPACKED * stored:
        return None
    reason = (
        f"the whole file has {size(stored)}, so that nearly all of them are missing"
    )
    return Fault(section.path, f"declares {size(section.bytes)} of pixels", reason)


def _crowded(section, room):
    at_once = _at_once(section) * section.dtype.itemsize
    if at_once <= room:
        return None
    reason = f"more than the {size(room)} of memory that one row of chunks may take; {WAY_ON}"
    return Fault(section.path, f"is packed in rows of {size(at_once)}", reason)


def _at_once(section):
    """The pixels of a row of chunks, or of a chunk that reaches beyond the image."""
    height, width = section.chunks[:2] if section.chunks else (1, 1)
    return height * max(width, section.shape[1])
