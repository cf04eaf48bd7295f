"""Writes drawn arteries as centrelines, one file each, and the table of their truth."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from kgen import checks, console
from kgen.data.arteries.arteries import BRANCHES, Arteries
from kgen.data.arteries.artery import DIGITS
from kgen.data.subjects import SUBJECT
from kgen.fields.centreline import POINT
from kgen.types import Array, Location

FEWEST, MOST = 30, 1_000_000
VESSELS, TABLE, TRUTH = "vessels", "table.csv", "truth.json"
AVERAGED = "length", "tortuosity", "curvature", "mean_radius"


def write(folder: Location, arteries: Arteries, count: int) -> dict[str, Any]:
    """Writes ``count`` arteries and the table of their truth; returns the means of each branch.

    Args:
        folder: path of a folder without such files.
        arteries: ``Arteries``, from which they are drawn: the branches of each person in turn.
        count: int ≥ 30.

    Raises:
        ValueError: if there are too few vessels.
        FileExistsError: if the folder holds such files already.
    """
    (count,) = checks.check_sizes(vessels=count)
    checks.check_number("vessels", count, FEWEST, MOST)
    folder = Path(folder)
    if (folder / TABLE).exists():
        raise FileExistsError(
            f"{folder / TABLE} exists already. Choose another folder."
        )
    (folder / VESSELS).mkdir(parents=True, exist_ok=True)
    numbers = console.over(range(count), "Drawing arteries")
    rows = [_written(folder, arteries, number) for number in numbers]
    truth = {"seed": arteries.seed, "mean": _means(rows)}
    (folder / TRUTH).write_text(json.dumps(truth) + "\n")
    with (folder / TABLE).open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return truth


def _written(folder: Path, arteries: Arteries, number: int) -> dict[str, Any]:
    """Writes an artery; returns its row of the table."""
    person, place = divmod(number, len(BRANCHES))
    artery = arteries.artery(person, list(BRANCHES)[place])
    vessel = f"artery_{number:05d}"
    _save(folder / VESSELS / f"{vessel}.csv", artery.points)
    return {"vessel": vessel, SUBJECT: f"person_{person:05d}", **artery.truth}


def _save(path: Path, points: Array) -> None:
    form = {"delimiter": ",", "header": ",".join(POINT), "comments": ""}
    np.savetxt(path, points, fmt=f"%.{DIGITS}f", **form)


def _means(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The mean attributes of each branch, and the share of its arteries with a stenosis."""
    found = {}
    for branch in BRANCHES:
        own = [row for row in rows if row["branch"] == branch]
        means = {}
        for name in AVERAGED:
            means[name] = float(np.mean([row[name] for row in own]))
        means["stenosed"] = float(np.mean([row["stenosis"] > 0 for row in own]))
        found[branch] = means
    return found
