from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import Truncates
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.plots import Cells, stacked
from kgen.plots.figures import Figure
from kgen.tasks.task import Task
from kgen.types import Arrays

TRUNCATIONS = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
COLUMNS = 10


class Truncate(Task):
    """Draws more typical values with a truncation ψ below 1."""

    needs = Truncates
    lacking = "its samples have no truncation"
    files = {
        "truncation.png": "samples of the same latents with truncations ψ from 1 to 0"
    }

    def figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        return {"truncation.png": stacked([truncation_panel(model)], dpi=150)}

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._draws_from_the_whole_distribution_at_1, model)

    @staticmethod
    def _draws_from_the_whole_distribution_at_1(model):
        whole, same = (
            model.generate(5, seed=1),
            model.generate(5, seed=1, truncation=1.0),
        )
        np.testing.assert_array_equal(whole, same)
        assert (whole != model.generate(5, seed=1, truncation=0.5)).any()


def truncation_panel(model: GenerativeModel) -> Cells:
    """Samples of the same latents, one truncation per row."""
    drawn = [model.generate(COLUMNS, seed=0, truncation=psi) for psi in TRUNCATIONS]
    names = [f"ψ = {psi:g}" for psi in TRUNCATIONS]
    title = "samples: one truncation per row, one z per column"
    return Cells(np.stack(drawn), model.fields["x"], title, rows=names)
