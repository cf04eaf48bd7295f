from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import Paints
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.plots import Cells, stacked
from kgen.plots.figures import Figure
from kgen.tasks.task import Task
from kgen.types import Arrays, Shape

CANVASES = 3
# how much larger a canvas is along each side, by how many it has
TIMES = {1: 4, 2: 4, 3: 2}


class Paint(Task):
    """Paints canvases of other sides than those of the training."""

    needs = Paints
    lacking = "its networks take values of one size"
    files = {
        "canvas.png": "canvases of other sides than those of the training, drawn from noise"
    }

    def figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        sides = larger(model.shape)
        drawn = model.canvas(*sides, n=CANVASES, seed=0)
        field = model.fields["x"].replaced(shape=drawn.shape[1:])
        told = f"canvases, {'×'.join(map(str, sides))}"
        return {"canvas.png": stacked([Cells(drawn[None], field, told)], dpi=300)}

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._paints_other_sides, model)
        yield partial(self._restyles_what_it_knows_as_it_reconstructs, model, values)

    @staticmethod
    def _paints_other_sides(model):
        sides = larger(model.shape)
        first = model.canvas(*sides, n=2, seed=1)
        again = model.canvas(*sides, n=2, seed=1)
        assert first.shape == (2, *sides, model.shape[-1])
        np.testing.assert_array_equal(first, again)

    @staticmethod
    def _restyles_what_it_knows_as_it_reconstructs(model, values):
        x = model.fields["x"].stored(values["x"])
        np.testing.assert_allclose(
            model.restyle(x), model.reconstruct(x), rtol=1e-4, atol=1e-4
        )


def larger(shape: Shape) -> list[int]:
    """The sides of a canvas some times as large as values of a shape."""
    sides = shape[:-1]
    return [TIMES[len(sides)] * side for side in sides]
