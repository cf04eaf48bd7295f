"""Drawn arteries to look at: several of each branch, with and without a stenosis."""

from itertools import count, islice

import numpy as np

from kgen import plots
from kgen.data.arteries.arteries import BRANCHES, Arteries
from kgen.data.arteries.artery import Artery
from kgen.data.arteries.centrelines import resampled
from kgen.fields import Centreline
from kgen.plots.figures import Figure

COLUMNS, POINTS = 8, 128


def overview(arteries: Arteries) -> Figure:
    """A figure of eight arteries of each branch, and below them eight that have a stenosis."""
    rows, cells = [], []
    for branch in BRANCHES:
        for stenosed, told in ((False, branch), (True, f"{branch}, stenosis")):
            rows.append(told)
            cells.append([_shown(own) for own in _first(arteries, branch, stenosed)])
    values = np.array(cells)
    field = Centreline.of(values.reshape(-1, POINTS, 4), "arteries")
    fitted = field.fitted(values.reshape(-1, POINTS, 4))
    return plots.grid(values, "dark: narrow, bright: wide", rows=rows, field=fitted)


def _first(arteries: Arteries, branch: str, stenosed: bool) -> list[Artery]:
    """The first arteries of a branch with a stenosis, or without."""
    every = (arteries.artery(person, branch) for person in count())
    return list(
        islice((own for own in every if bool(own.stenosis) == stenosed), COLUMNS)
    )


def _shown(artery: Artery) -> np.ndarray:
    return resampled(artery.points, POINTS)
