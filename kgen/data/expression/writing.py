"""Writes simulated expression as tables of a laboratory would hold it, and the truth beside."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from pyarrow import csv

from kgen import checks
from kgen.data.expression.gene_sets import write_gmt
from kgen.data.expression.tissues import Tissues
from kgen.names import numbered, picked
from kgen.types import Array, Location

EXPRESSION, COVARIATES, SETS, TRUTH = (
    "expression.csv",
    "covariates.csv",
    "modules.gmt",
    "truth.npz",
)
FEWEST = 30  # samples
COLUMNS = "tissue", "sex", "batch"


def write(folder: Location, tissues: Tissues, count: int) -> dict[str, Array]:
    """Writes ``count`` samples as tables, the modules as gene sets, and the truth.

    For every module, modules.gmt also holds a set of as many random genes. Returns the samples.

    Raises:
        ValueError: if there are too few samples.
        FileExistsError: if the folder holds such a table already.
    """
    checks.check_number("samples", count, FEWEST, float("inf"))
    folder = Path(folder)
    if (folder / EXPRESSION).exists():
        raise FileExistsError(
            f"{folder / EXPRESSION} exists already. Remove it or choose another folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    drawn = tissues.samples(count)
    names = numbered("sample_", range(count), digits=5)
    expression = dict(zip(tissues.names, np.round(drawn["x"], 4).T, strict=True))
    csv.write_csv(pyarrow.table({"sample": names, **expression}), folder / EXPRESSION)
    told = picked(drawn, COLUMNS)
    csv.write_csv(pyarrow.table({"sample": names, **told}), folder / COVARIATES)
    write_gmt(folder / SETS, sets_of(tissues))
    truth: dict[str, Any] = {
        "activity": drawn["activity"],
        "weights": tissues.weights,
        "modules": tissues.module_names,
    }
    np.savez_compressed(folder / TRUTH, **truth, genes=tissues.names, samples=names)
    return drawn


def sets_of(tissues: Tissues) -> dict[str, list[str]]:
    """The genes of every module by name, and for each a control of as many random genes."""
    names, members = np.array(tissues.names), tissues.members
    random = np.random.default_rng([tissues.seed, 6])
    modules, controls = {}, {}
    for number, name in enumerate(tissues.module_names):
        modules[name] = names[members == number].tolist()
    for name, genes in modules.items():
        others = random.choice(names, len(genes), replace=False)
        controls[f"control_of_{name}"] = sorted(others.tolist())
    return {**modules, **controls}
