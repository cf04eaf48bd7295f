from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances

from kgen.abilities import Generates
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.plots import Cells, Cloud, Histogram, stacked
from kgen.plots.figures import Figure
from kgen.plots.panels import Panel
from kgen.tasks.study import Study, drawn_once
from kgen.tasks.task import Evidences, Task
from kgen.types import Arrays

CROWD = 2000  # points of a scatter plot
FEW = 3  # classes shown as rows: as columns, they would make a long and narrow figure
# Samples shown with their nearest training value, and training values compared at once.
NEAREST, PART = 10, 500


class Generate(Task):
    """Generates values like those of the data."""

    needs = Generates
    lacking = "it has no generator"
    groups = ("samples",)
    files = {
        "grid.png": "samples; with labels, one class per column, or per row if they are few",
        "test_nearest.png": "samples and test values, and below each the nearest training value",
    }

    def panels(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[Panel]:
        return [samples_panel(model, split, rows=5, seed=0)]

    def figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        panel = samples_panel(model, data.validation, rows=10, seed=1)
        return {"grid.png": stacked([panel], dpi=150)}

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        # There are too many tiles to search them.
        return (
            {}
            if data.source
            else {"test_nearest.png": stacked([nearest_panel(model, data)])}
        )

    def facts(self, study: Study) -> dict[str, Any]:
        return study.sample_facts

    def evidence(self, study: Study) -> Evidences:
        metrics = study.sample_metrics
        labels = study.model.asked(metrics.labels)
        own = metrics.evidence(study.drawn, labels, crowd=lambda: study.crowd)
        return own, metrics.real_evidence, metrics.baseline_evidence

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._draws_the_same_again, model)
        yield partial(self._draws_values_of_the_field, model)

    @staticmethod
    def _draws_the_same_again(model):
        np.testing.assert_array_equal(
            model.generate(5, seed=1), model.generate(5, seed=1)
        )

    @staticmethod
    def _draws_values_of_the_field(model):
        samples = model.generate(5, seed=1)
        assert len(samples) == 5
        model.fields["x"].check(samples, "samples")


def samples_panel(
    model: GenerativeModel, split: Split | UnpairedSplit, rows: int, seed: int
) -> Panel:
    """Samples; values of one or two numbers as a histogram or scatter plot beside real ones."""
    field = model.fields["x"]
    if field.shape == (1,) or field.shape == (2,):
        kind = (Histogram, Cloud)[field.shape[0] - 1]
        real = split.examples(CROWD)["x"]
        return kind(real, model.generate(CROWD, seed=seed), "samples")
    columns = model.captions
    if 0 < len(columns) <= FEW:
        cells = model.sheet(2 * rows, seed=seed).swapaxes(0, 1)
        return Cells(
            cells, field, "samples: one class per row, one z per column", rows=columns
        )
    title = (
        "samples: one class per column, one z per row" if len(columns) else "samples"
    )
    return Cells(model.sheet(rows, seed=seed), field, title, columns)


def nearest_panel(model: GenerativeModel, data: Data) -> Cells:
    """Samples and test values, each above its nearest training value by Euclidean distance."""
    field, training = data.fields["x"], drawn_once(data.train)
    test = data.test.examples(NEAREST)["x"]
    samples = model.fields["x"].in_units_of(field, model.generate(len(test), seed=0))
    shown = [samples, _closest(training, samples), test, _closest(training, test)]
    rows = ["sample", "nearest in training", "test value", "nearest in training"]
    return Cells(np.stack(shown), field, "is it new?", rows=rows)


def _closest(training, values):
    field = training.fields["x"]
    parts = []
    for part in training.parts(PART):
        rows = _rows(field, part["x"])
        parts.append(euclidean_distances(_rows(field, values), rows))
    return training["x"][np.concatenate(parts, axis=1).argmin(axis=1)]


def _rows(field, values):
    return field.comparable(values).reshape(len(values), -1)
