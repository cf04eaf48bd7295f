from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from kgen.abilities import Encodes
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.fields import Field, Image
from kgen.metrics import Evidence, Unmeasurable
from kgen.plots import Cells, stacked
from kgen.plots.figures import Figure
from kgen.plots.panels import Panel
from kgen.tasks.study import Study, compared_as, like
from kgen.tasks.task import Evidences, Task
from kgen.types import Array, Arrays

COLUMNS, ROWS = 10, 3


class Reconstruct(Task):
    """Encodes values and decodes them again."""

    needs = Encodes
    lacking = "it has no encoder, and so no latents of values and no reconstructions"
    groups = ("reconstructions",)
    files = {"test_reconstructions.png": "test values over their reconstructions"}

    def panels(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[Panel]:
        return [pairs(model, split, rows=1, title="real above, reconstruction below")]

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        panel = pairs(
            model,
            data.test,
            ROWS,
            f"test {model.fields['x'].noun}s: real above, reconstruction below",
        )
        return {"test_reconstructions.png": stacked([panel], dpi=150)}

    def facts(self, study: Study) -> dict[str, Any]:
        return {"reconstructions_as": compared_as(study.model, study.test)}

    def evidence(self, study: Study) -> Evidences:
        x = study.test["x"]
        test = study.test
        field = study.model.fields["x"]
        own = Evidence(
            again=lambda _: study.model.reconstruct(x, test.labels),
            scaled=lambda _: field.scaled(x),
            scaled_again=lambda own: field.scaled(own["again"]),
            images=lambda own: like(pictures(field, own["again"]), study.model, test),
        )
        return own, Evidence(images=lambda _: pictures(field, x)), None

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._reconstructs_what_it_decodes, model, values)

    @staticmethod
    def _reconstructs_what_it_decodes(model, values):
        x, y = values["x"], values.get("y")
        labels = model.asked(y)
        again = model.decode(model.latents(x, labels), labels)
        np.testing.assert_allclose(
            model.reconstruct(x, labels), again, rtol=1e-5, atol=1e-5
        )


def pairs(
    model: GenerativeModel, split: Split | UnpairedSplit, rows: int, title: str
) -> Cells:
    """Real values, with a row of reconstructions below each row."""
    columns = min(COLUMNS, len(split))
    rows = min(rows, len(split) // columns)
    shown = split.examples(columns * rows)
    real = shown["x"]
    both = np.stack([real, model.reconstruct(real, shown.labels)], axis=1)
    cells = both.reshape(rows, columns, 2, *real.shape[1:]).swapaxes(1, 2)
    return Cells(
        cells.reshape(rows * 2, columns, *real.shape[1:]), model.fields["x"], title
    )


def pictures(field: Field, values: Array) -> Array:
    """Images scaled from 0, black, to 1, white; raises for other values, which have no edges."""
    if not isinstance(field, Image):
        raise Unmeasurable(f"only images have it, and these are {field}.")
    return field.comparable(values)
