"""Centrelines in tables of text: one file per vessel, or one table of all."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator

from kgen import console
from kgen.checks import counted, few
from kgen.data.delimited import Table
from kgen.data.faults import Fault, check_none
from kgen.fields.centreline import POINT
from kgen.names import without
from kgen.types import Array, Location

SUFFIXES = ".csv", ".tsv"
NO_NUMBERS = {"missing": (np.isnan, "Fill"), "infinite": (np.isinf, "Mend")}
PASSES = 20  # until steps are equally long
FEWEST = 4  # points: fewer have no cubic spline
EXPECTED = f"Columns {', '.join(POINT)} in mm are needed, and a row for each point."


class Found(NamedTuple):
    """The centrelines of a folder or a table, and what is wrong with them.

    Args:
        vessels: dict from a vessel's name to its points (n, 4), without faulty vessels.
        faults: list of ``Fault``.
        dropped: int, points left out because they repeat the one before them.
    """

    vessels: dict[str, Array]
    faults: list[Fault]
    dropped: int


def found(path: Location, name: str, vessel: str) -> Found:
    """The vessels of a folder of tables, or of a table whose column ``vessel`` names them."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(
            f"{name}: no file or folder {str(path)!r} in {Path.cwd()}."
        )
    listed = _of_folder(path, name) if path.is_dir() else _of_table(path, name, vessel)
    vessels: dict[str, Array] = {}
    faults: list[Fault] = []
    dropped = 0
    for own, points in listed:
        if isinstance(points, Fault):
            faults.append(points)
        elif wrong := _wrong(own, points):
            faults += wrong
        else:
            vessels[own] = _apart(points)
            dropped += len(points) - len(vessels[own])
    return Found(vessels, faults, dropped)


def whole(path: Location, name: str, vessel: str) -> dict[str, Array]:
    """The points (n, 4) of each vessel by name; raises for any fault."""
    seen = found(path, name, vessel)
    check_none(name, seen.faults)
    return seen.vessels


def resampled(points: Array, count: int) -> Array:
    """Points (n, 4) brought to ``count`` that are equally far from one to the next.

    Places lie on a cubic spline over the arc length. The radius is interpolated without
    overshooting, so that it stays above 0.
    """
    along = _along(points)
    line, radius = (
        CubicSpline(along, points[:, :3]),
        PchipInterpolator(along, points[:, 3]),
    )
    places = np.linspace(0.0, along[-1], count)
    # Where the spline bends away from the line between two points, its own steps are longer.
    for _ in range(PASSES):
        reached = _along(line(places))
        places = np.interp(np.linspace(0.0, reached[-1], count), reached, places)
    return np.column_stack([line(places), radius(places)])


def _along(points):
    """How far each point lies along the line through them."""
    return np.append(0.0, _steps(points).cumsum())


def _of_folder(folder: Path, name: str) -> Iterator[tuple[str, Array | Fault]]:
    """The points of each table of a folder, or the fault of the table."""
    files = [
        path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES
    ]
    if not files:
        raise ValueError(
            f"{name}: the folder {str(folder)!r} holds no .csv or .tsv files. Expected is one for "
            f"each vessel. {EXPECTED}"
        )
    for file in console.over(files, "Reading centrelines"):
        yield file.stem, _of_file(file)


def _of_file(file: Path) -> Array | Fault:
    try:
        table = Table.of(file, file.name)
        lacking = _lacking(table, POINT)
        return lacking or table.read(POINT)[0].astype("float64")
    except ValueError as error:
        return Fault(file.name, str(error).removeprefix(f"{file.name}: ").rstrip("."))


def _of_table(
    path: Path, name: str, vessel: str
) -> Iterator[tuple[str, Array | Fault]]:
    """The points of each vessel of a table, in the order of its rows."""
    table = Table.of(path, name)
    lacking = _lacking(table, (*POINT, vessel))
    if lacking:
        yield path.name, lacking
        return
    points, words = table.read(POINT, [vessel])
    names, first, whose = np.unique(
        words[vessel], return_index=True, return_inverse=True
    )
    order = np.argsort(whose, kind="stable")
    parts = np.split(
        points[order].astype("float64"), np.cumsum(np.bincount(whose))[:-1]
    )
    for place in np.argsort(first):
        yield str(names[place]), parts[place]


def _lacking(table: Table, columns: tuple[str, ...]) -> Fault | None:
    gone = without(columns, table.columns)
    if not gone:
        return None
    return Fault(
        table.path.name,
        f"has no column {few(gone)}, only {few(table.columns)}",
        EXPECTED,
    )


def _wrong(vessel: str, points: Array) -> list[Fault]:
    """The faults of the points of a vessel."""
    faults = []
    for what, (is_wrong, way) in NO_NUMBERS.items():
        wrong = is_wrong(points)
        for column in np.flatnonzero(wrong.any(axis=0)):
            told = f"{POINT[column]} is {what} in {_rows(wrong[:, column])}"
            faults.append(Fault(vessel, told, f"{way} it, or leave the vessel out."))
    narrow = points[:, 3] <= 0
    if narrow.any():
        told = f"radius is not above 0 in {_rows(narrow)}, such as {points[narrow, 3].min():g}"
        faults.append(
            Fault(vessel, told, "Mend these points, or leave the vessel out.")
        )
    if np.isfinite(points).all() and len(_apart(points)) < FEWEST:
        told = f"has {counted(len(_apart(points)), 'place')}, and at least {FEWEST} are needed"
        faults.append(Fault(vessel, told, "Add points, or leave the vessel out."))
    return faults


def _rows(wrong: Array) -> str:
    """How many rows are wrong, and which is the first."""
    rows = np.flatnonzero(wrong)
    return f"{counted(len(rows), 'row')}, first in row {rows[0]}"


def _apart(points: Array) -> Array:
    """The points without those at the place of the one before them."""
    return points[np.append(True, _steps(points) > 0)]


def _steps(points: Array) -> Array:
    return np.linalg.norm(np.diff(points[:, :3], axis=0), axis=1)
