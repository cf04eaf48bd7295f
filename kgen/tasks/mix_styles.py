from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import MixesStyles
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.plots import Cells, stacked
from kgen.plots.figures import Figure
from kgen.tasks.task import Task
from kgen.types import Arrays

SIDE = 6


class MixStyles(Task):
    """Draws values with the coarse features of one sample and the fine ones of another."""

    needs = MixesStyles
    lacking = "its layers take no styles"
    files = {
        "style_mixing.png": "samples with the coarse features of a row, the fine of a column"
    }

    def figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        panel = mixing_panel(model, SIDE, model.style_layers // 2, seed=0)
        return {"style_mixing.png": stacked([panel], dpi=150)}

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._mixes_from_one_end_to_the_other, model)

    @staticmethod
    def _mixes_from_one_end_to_the_other(model):
        coarse, fine = np.random.default_rng(0).normal(size=(2, 3, model.latent_dim))
        ends = {0: fine, model.style_layers: coarse}
        for layer, latents in ends.items():
            mixed = model.mix(coarse.astype("float32"), fine.astype("float32"), layer)
            np.testing.assert_array_equal(
                mixed, model.decode(latents.astype("float32"))
            )


def mixing_panel(
    model: GenerativeModel, side: int, layer: int, seed: int, truncation: float = 1.0
) -> Cells:
    """A grid of mixed samples, below and beside the samples that they are mixed of."""
    cells = model.style_grid(side, layer, seed, truncation)
    title = f"styles: of the row before layer {layer} of {model.style_layers}, then of the column"
    numbers = list(map(str, range(1, side + 1)))
    return Cells(cells, model.fields["x"], title, ["mean", *numbers], ["", *numbers])
