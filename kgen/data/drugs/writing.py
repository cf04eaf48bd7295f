"""Writes a simulated screen as tables of a laboratory would hold it, and the truth beside them."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from kgen import checks
from kgen.data.drugs.screen import DRUGS, FEWEST_LINES, NOISE, Screen
from kgen.names import numbered
from kgen.types import Location

BEFORE, AFTER, RESPONSE, TRUTH = "before.csv", "after.csv", "response.csv", "truth.json"
POPULATION = 20_000  # cell lines from which the best possible score is computed
LINE, LINEAGE, DRUG = "cell_line", "lineage", "drug"
NAMES = "resistant", "sensitive"


def write(folder: Location, screen: Screen, count: int) -> dict[str, Any]:
    """Writes three tables and the truth of ``count`` cell lines; returns the truth.

    Raises:
        ValueError: if there are too few cell lines.
        FileExistsError: if the folder holds such tables already.
    """
    checks.check_number("cell_lines", count, FEWEST_LINES, float("inf"))
    folder = Path(folder)
    if (folder / BEFORE).exists():
        raise FileExistsError(
            f"{folder / BEFORE} exists already. Remove it or choose another folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    lines = screen.lines(count)
    genes = numbered("gene_", range(screen.genes))
    names = numbered("line_", range(count), digits=4)
    before = zip(names, numbered("lineage_", lines["lineage"]), strict=True)
    _table(folder / BEFORE, [LINE, LINEAGE, *genes], before, lines["x"])
    every = [(name, drug) for drug in DRUGS for name in names]
    _table(
        folder / AFTER,
        [LINE, DRUG, *genes],
        every,
        np.concatenate([*lines["after"].values()]),
    )
    told = np.array(NAMES)[np.concatenate([*lines["response"].values()])]
    _table(folder / RESPONSE, [LINE, DRUG, "response"], every, told[:, None])
    truth = truth_of(screen, lines)
    (folder / TRUTH).write_text(json.dumps({**truth, **_latent(screen, lines)}) + "\n")
    return truth


def truth_of(screen: Screen, lines: Mapping[str, Any]) -> dict[str, Any]:
    """By drug: the AUROC given the activities, for 20,000 lines and here; and the error left."""
    many = screen.lines(POPULATION, population=2)
    found = {}
    for drug in DRUGS:
        expected = screen.expressed(screen.treated(lines["activity"], drug))
        errors = lines["after"][drug] - expected
        found[drug] = {
            "auroc": _auroc(screen, many, drug), "auroc_here": _auroc(screen, lines, drug),
            "squared_error": float(np.mean(np.square(errors))), "modules": list(DRUGS[drug][0]),
        }  # fmt: skip
    return {"drugs": found, "noise": NOISE, "seed": screen.seed}


def _auroc(screen, lines, drug):
    return float(
        roc_auc_score(lines["response"][drug], screen.odds(lines["activity"], drug))
    )


def _latent(screen, lines):
    return {
        "module_of_gene": screen.modules.tolist(),
        "activity": lines["activity"].tolist(),
    }


def _table(path, columns, names, values):
    """Writes a line of names and one line per row: words first, then numbers with four decimals."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row, numbers in zip(names, values, strict=True):
            writer.writerow([*row, *map(_cell, numbers)])


def _cell(value):
    return value if isinstance(value, str) else f"{value:.4f}"
