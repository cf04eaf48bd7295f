from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import EmbedsClasses
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.plots import Cells, stacked
from kgen.plots.figures import Figure
from kgen.tasks.task import Task
from kgen.types import Arrays, Names

MOST, STEPS, ROWS = 4, 4, 6  # classes, columns from one to the next, rows


class ClassWalk(Task):
    """Draws values between classes."""

    needs = EmbedsClasses
    lacking = "it embeds no classes"
    files = {"class_walk.png": "samples on the way from class to class, one z per row"}

    def figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        names = model.captions[:MOST]
        if len(names) < 2:
            return {}
        return {
            "class_walk.png": stacked([walk_panel(model, names, ROWS, seed=0)], dpi=150)
        }

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._begins_and_ends_at_classes, model)

    @staticmethod
    def _begins_and_ends_at_classes(model):
        walked = model.class_walk([0, 1], steps=2, rows=3, seed=1)
        for column, label in {0: 0, -1: 1}.items():
            samples = model.generate(3, labels=label, seed=1)
            np.testing.assert_allclose(walked[:, column], samples, rtol=1e-4, atol=1e-5)


def walk_panel(model: GenerativeModel, classes: Names, rows: int, seed: int) -> Cells:
    """Samples on the way from class to class, one z per row."""
    cells = model.class_walk(classes, STEPS, rows, seed)
    columns = [""] * cells.shape[1]
    columns[::STEPS] = classes
    return Cells(
        cells, model.fields["x"], "from class to class, one z per row", columns
    )
