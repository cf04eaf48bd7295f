from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import Mixes
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.names import numbered
from kgen.plots import Cells, Clouds, stacked
from kgen.plots.figures import Figure
from kgen.plots.panels import Panel
from kgen.tasks.task import Task
from kgen.types import Arrays

# values of a cloud, of a generator in it, and in its row
REAL, EACH, COLUMNS = 2000, 200, 10
MOST = 25  # generators that are drawn


class Mixture(Task):
    """Draws with several generators: what each of them draws."""

    needs = Mixes
    lacking = "it has one generator alone"
    files = {
        "generators.png": "samples of each generator: points in a colour, other values in a row"
    }

    def panels(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[Panel]:
        return [generators_panel(model, split)]

    def figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        return {
            "generators.png": stacked(
                [generators_panel(model, data.validation)], dpi=150
            )
        }

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._generators_draw_apart, model)

    @staticmethod
    def _generators_draw_apart(model):
        first = model.generate(5, seed=1, component=0)
        second = model.generate(5, seed=1, component=1)
        assert (first != second).reshape(5, -1).any(axis=1).all()


def generators_panel(model: GenerativeModel, split: Split | UnpairedSplit) -> Panel:
    """Samples of each generator from the same noise: a colour each, or a row."""
    field = model.fields["x"]
    shown = range(min(model.components, MOST))
    flat = field.shape == (2,)
    count = EACH if flat else COLUMNS
    parts = [model.generate(count, seed=0, component=number) for number in shown]
    drawn = np.stack(parts)
    names = numbered("generator ", shown)
    if flat:
        return Clouds(split.examples(REAL)["x"], drawn, names, "samples by generator")
    return Cells(
        drawn, field, "samples: one generator per row, one z per column", rows=names
    )
