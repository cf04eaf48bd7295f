"""Drawn retinas to look at: without fluid, with both kinds of it, and where it is."""

import numpy as np
from matplotlib.figure import Figure

from kgen import plots
from kgen.data.retina.fluid import INTRARETINAL, SUBRETINAL
from kgen.data.retina.retinas import Retinas
from kgen.types import Array

COLUMNS = 5
ROWS = {"no fluid": None, "intraretinal": INTRARETINAL, "subretinal": SUBRETINAL}


def overview(retinas: Retinas, seed: int = 0) -> Figure:
    """A figure of five eyes of ``Retinas``, one per column; true fluid beneath each kind."""
    rows: dict[str, list[Array]] = {}
    for name, kind in ROWS.items():
        scans = [retinas.subject((seed, number), kind) for number in range(COLUMNS)]
        rows[name] = [scan.image / np.float32(255) for scan in scans]
        if kind:
            rows[f"{name}, mask"] = [scan.fluid.astype("float32") for scan in scans]
    cells = np.array(list(rows.values()))[..., None]
    return plots.grid(cells, "same eyes, with and without fluid", rows=list(rows))
