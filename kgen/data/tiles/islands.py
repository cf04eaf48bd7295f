"""Islands of cells: typed ellipses, which a file such as the synthetic one stores per image."""

import warnings
from collections.abc import Sequence

import numpy as np

from kgen.data.tiles.attributes import value_of
from kgen.data.tiles.faults import listed
from kgen.data.tiles.layout import Section
from kgen.data.tiles.locations import Locations
from kgen.data.tiles.opening import explained, opened
from kgen.types import Array, Location

ATTRIBUTE = "islands"
TYPES = "background", "granular", "pyramidal"
MIXED = -1


def inside(islands: Array, points: Array) -> Array:
    """Which of the islands (n, 6) hold which of the points (…, 2): booleans (n, …).

    An island is a row: row and column of the centre, two radii, the angle of the first radius to
    the rows, and the type.
    """
    # The parameters of an island, (n, …), beside every point.
    beside = (len(islands), *[1] * (points.ndim - 1))
    place = points[None] - islands[:, :2].reshape(*beside, 2)
    cosine = np.cos(islands[:, 4]).reshape(beside)
    sine = np.sin(islands[:, 4]).reshape(beside)
    along = islands[:, 2].reshape(beside)
    across = islands[:, 3].reshape(beside)
    first = place[..., 0] * cosine + place[..., 1] * sine
    second = place[..., 1] * cosine - place[..., 0] * sine
    return (first / along) ** 2 + (second / across) ** 2 <= 1.0


def types_of(
    path: Location, sections: Sequence[Section], where: Locations, tile_size: int
) -> Array | None:
    """The type of each tile's island, 0 outside, ``MIXED`` across a border; ``None`` if unknown."""
    with opened(path) as file:
        found = {section.path: _attribute(path, file, section) for section in sections}
    if any(table is None for table in found.values()):
        return None
    foreign = [name for name, table in found.items() if not _are_islands(table)]
    if foreign:
        warnings.warn(f"{path}: {_told(foreign)}", stacklevel=2)
        return None
    islands = list(found.values())
    types = np.zeros(len(where), "int32")
    for number in np.unique(where.sections):
        here = where.sections == number
        types[here] = _types(
            islands[number], where.rows[here], where.columns[here], tile_size
        )
    return types


def _attribute(path, file, section):
    """The islands attribute of an image as an array; ``None`` if it has none."""
    if ATTRIBUTE not in file[section.path].attrs:
        return None
    with explained(f"{path}: the attribute {ATTRIBUTE!r} of {section.path}"):
        return np.asarray(value_of(file[section.path], ATTRIBUTE))


def _told(names):
    kinds = f"row, column, two radii above 0, angle and type from 0 to {len(TYPES) - 1}"
    return (
        f"the attribute {ATTRIBUTE!r} of {listed(names)} is no table (n, 6) of {kinds}. Types of "
        "tiles are taken as unknown; name the attribute otherwise if it says something else."
    )


def _are_islands(table):
    if table.dtype.kind not in "uif" or table.ndim != 2 or table.shape[1] != 6:
        return False
    types = np.isin(table[:, 5], np.arange(len(TYPES))).all()
    return bool(np.isfinite(table).all() and (table[:, 2:4] > 0).all() and types)


def _types(islands, rows, columns, tile_size):
    # The type of a tile is that of its corners and its centre.
    offsets = (tile_size - 1) * np.array([[0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.5]])
    points = np.stack([rows, columns], axis=-1)[:, None] + offsets
    found = (inside(islands, points) * islands[:, 5][:, None, None]).max(
        axis=0, initial=0
    )
    return np.where((found == found[:, :1]).all(axis=1), found[:, 0], MIXED)
