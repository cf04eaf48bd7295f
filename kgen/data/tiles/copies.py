"""Images that are copies of others, pixel by pixel, elsewhere in the file."""

from collections.abc import Mapping, Sequence

import numpy as np

from kgen.data.tiles import pixels
from kgen.data.tiles.faults import Fault, check_none, paths
from kgen.data.tiles.layout import Section
from kgen.data.tiles.opening import explained, opened
from kgen.data.tiles.statistics import Statistics, strips
from kgen.types import Location, Shape

COPIED = "a copy counts twice, and may be trained on and tested on"


def check_no_copies(
    path: Location, sections: Sequence[Section], statistics: Mapping[str, Statistics]
) -> None:
    """Raises for images with equal pixels; compares those of equal shape and statistics."""
    alike: dict[tuple[Shape, Statistics], list[Section]] = {}
    for section in sections:
        alike.setdefault((section.shape, statistics[section.path]), []).append(section)
    suspects = [group for group in alike.values() if len(group) > 1]
    if not suspects:
        return
    with opened(path) as file:
        faults = []
        for group in suspects:
            faults += _copies(path, file, *group)
    check_none(path, faults, paths(sections), "Keep one of them")


def _copies(path, file, first, *others):
    faults = []
    for other in others:
        if _same(path, file, first, other):
            faults.append(Fault(other.path, f"is a copy of {first.path}", COPIED))
    return faults


def _same(path, file, first, other):
    def read(section, rows):
        return pixels.read(file[section.path], section.dtype, rows)

    with explained(f"{path}: {other.path}"):
        return all(
            np.array_equal(read(first, rows), read(other, rows))
            for rows in strips(first)
        )
