from typing import Any

import numpy as np

from kgen import checks
from kgen.checks import counted, few
from kgen.data.arteries.centrelines import Found, found, resampled
from kgen.data.data import Data
from kgen.data.faults import Fault, check_none, of_classes
from kgen.data.fold import Fold
from kgen.data.records import Records
from kgen.data.split import at
from kgen.fields import Centreline, Label
from kgen.fields.centreline import COEFFICIENTS, EVEN, VESSEL, unevenness
from kgen.metrics import vessels
from kgen.names import places, repeated, without
from kgen.types import Array, Names

MOST = 10_000
USUAL = 0.3, 10.0  # mm, median radii of vessels that a scanner resolves
FOREIGN = 5  # times the median, or a part of it


def read(
    argument: str, name: str, points: int = 64, coefficients: int = COEFFICIENTS,
    vessel: str = VESSEL, table: str | None = None, label: str | None = None,
    fold: int | None = None, folds: int = 5,
) -> Data:  # fmt: skip
    """Centrelines of vessels from tables with the columns x, y, z and radius in mm, one row per
    point.

    A folder holds one file for each vessel; a single file holds all, and its column vessel says
    whose each row is. Every vessel is resampled to the same number of points, equally far apart
    along its length, and moved so that it begins at the origin. Vessels that zigzag are refused.

    Args:
        points: of each vessel.
        coefficients: of the splines that networks see, for each angle of the bends; the radius has
            twice as many. The fewer, the smoother.
        vessel: the column of both tables that names the vessel.
        table: a table with a row for each vessel: its name, and facts that only tests and reports
            see. No subject, by the column of this name, is in two splits.
        label: the column of this table that is the class of the vessel: the field y.
        fold: the fold that is the test, from 0; folds are parts of all vessels, or subjects.
        folds: how many folds there are.
    """
    (points,) = checks.check_sizes(points=points)
    checks.check_number("points", points, coefficients + 2, MOST)
    seen = found(argument, name, vessel)
    check_none(name, [*seen.faults, *_of_records(seen, table, name, vessel, label)])
    lines = _lines(seen, points)
    check_none(name, _zigzags(lines))
    x = np.stack(list(lines.values()))
    x[..., :3] -= x[:, :1, :3]
    values, facts = {"x": x.astype("float32")}, {}
    fields: dict[str, Any] = {
        "x": Centreline.of(values["x"], f"{name}: x", coefficients)
    }
    if table:
        records, rows = _records(seen, table, name, vessel)
        facts = at(records.facts([vessel, label]), rows)
        values |= _classes(records, rows, label, fields)
    given: dict[str, Any] = {
        "facts": facts,
        "notes": [*_told(seen, points), *_sizes(x), _kept(fields["x"], x)],
        "fold": Fold.of(fold, folds),
    }
    return Data.from_arrays(name, values, fields, **given)


def faults(
    argument: str,
    name: str,
    vessel: str,
    table: str | None,
    label: str | None,
    points: int,
    **_: Any,
) -> list[Fault]:
    """All faults of the vessels and of their table; the parameters are those of ``read``."""
    seen = found(argument, name, vessel)
    zigzags = _zigzags(_lines(seen, points))
    return [*seen.faults, *zigzags, *_of_records(seen, table, name, vessel, label)]


def _lines(seen: Found, points: int) -> dict[str, Array]:
    """Every vessel with so many points, by name."""
    return {vessel: resampled(own, points) for vessel, own in seen.vessels.items()}


def _zigzags(lines: dict[str, Array]) -> list[Fault]:
    """The faults of vessels whose steps differ although they were resampled."""
    ratios = {vessel: unevenness(line[None])[0] for vessel, line in lines.items()}
    return [
        Fault(
            vessel,
            f"zigzags: one step is {ratio:.3g} times as long as another one after resampling",
            "Smooth its points, or keep fewer of them.",
        )
        for vessel, ratio in ratios.items()
        if ratio > EVEN
    ]


def _of_records(
    seen: Found, table: str | None, name: str, vessel: str, label: str | None
) -> list[Fault]:
    """The faults of the table about the vessels."""
    if table is None:
        if label:
            raise ValueError(
                f"label={label!r} is a column of a table; give table=FILE too."
            )
        return []
    records = Records.of(table, name)
    named = records.column("vessel", vessel).tolist()
    where, way = records.path.name, "Add a row for each, or leave the vessels out."
    faults = []
    for own in repeated(named):
        faults.append(Fault(where, f"names {own!r} twice", "Keep one row."))
    lacking = without(seen.vessels, named)
    if lacking:
        faults.append(Fault(where, f"has no row for {few(lacking)}", way))
    if label:
        faults += of_classes(where, records.column("label", label))
    return faults


def _records(seen: Found, table: str, name: str, vessel: str) -> tuple[Records, Array]:
    """The table about the vessels, and the row of each."""
    records = Records.of(table, name)
    named = records.column("vessel", vessel).tolist()
    return records, np.array(places(named, seen.vessels))


def _classes(
    records: Records, rows: Array, label: str | None, fields: dict[str, Any]
) -> dict[str, Array]:
    """The classes of the vessels, whose field is added; empty without a label."""
    if label is None:
        return {}
    words = records.column("label", label)[rows]
    fields["y"] = Label.of(words, "y")
    return {"y": fields["y"].stored(words)}


def _told(seen: Found, points: int) -> Names:
    """Notes on how the vessels were resampled."""
    counts = list(map(len, seen.vessels.values()))
    notes = [
        f"Centrelines of {min(counts)} to {max(counts)} points were resampled by arc length to "
        f"{points} each; the first point of each is the origin."
    ]
    if seen.dropped:
        told = counted(seen.dropped, "point")
        notes.append(f"Left out, as they repeat the point before them: {told}.")
    return notes


def _sizes(x: Array) -> Names:
    """Notes on how long and wide vessels (n, points, 4) are, with what is unlikely."""
    lengths, radii = vessels.length(x), vessels.mean_radius(x)
    long, wide = (
        f"{part.min():.3g} to {part.max():.3g} mm" for part in (lengths, radii)
    )
    notes = [f"Vessels are {long} long, with mean radii of {wide}."]
    middle = np.median(radii)
    if not USUAL[0] <= middle <= USUAL[1]:
        notes.append(
            f"A median radius of {middle:.3g} mm is unusual. x, y, z and radius are in mm: "
            "if the files hold another unit, convert them."
        )
    return [*notes, *_foreign(lengths, radii)]


def _foreign(lengths: Array, radii: Array) -> Names:
    """A note on vessels of another length or radius than the others, if there are any."""
    shares = [sizes / np.median(sizes) for sizes in (lengths, radii)]
    count = (np.abs(np.log(shares)) > np.log(FOREIGN)).any(axis=0).sum()
    if not count:
        return []
    told = f"length or mean radius more than {FOREIGN} times off the median."
    return [f"{counted(count, 'vessel')}: {told}"]


def _kept(field: Centreline, x: Array) -> str:
    """A note on what the splines of the networks change."""
    field = field.fitted(x)
    off = np.abs(field.unscaled(field.scaled(x)) - x)
    places, radii = off[..., :3].max(), off[..., 3].max()
    return (
        f"Splines of {field.coefficients} coefficients per angle move a point by at most "
        f"{places:.2g} mm, and change a radius by at most {radii:.2g} mm."
    )
