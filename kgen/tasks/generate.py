from functools import partial

import numpy as np

from kgen.abilities import Generates
from kgen.plots import Cells, Cloud, Histogram, stacked
from kgen.tasks.study import compared_as
from kgen.tasks.task import Task

CROWD = 2000  # values of a cloud


class Generate(Task):
    """Draws values as those of the data."""

    needs = Generates
    lacking = "it has no generator"
    groups = ("samples",)
    files = {"grid.png": "samples; with labels, a class a column"}

    def panels(self, model, split):
        return [samples_panel(model, split, rows=5, seed=0)]

    def figures(self, model, data):
        panel = samples_panel(model, data.validation, rows=10, seed=1)
        return {"grid.png": stacked([panel], dpi=150)}

    def facts(self, study):
        return {**study.sample_metrics.facts, "samples_as": compared_as(study.model, study.data.test)}

    def evidence(self, study):
        metrics = study.sample_metrics
        labels = study.model.asked(metrics.labels)
        return metrics.evidence(study.drawn, labels), metrics.real_evidence, metrics.baseline_evidence

    def contract(self, model, values):
        yield partial(self._draws_the_same_again, model)
        yield partial(self._draws_values_of_the_field, model)

    @staticmethod
    def _draws_the_same_again(model):
        np.testing.assert_array_equal(model.generate(5, seed=1), model.generate(5, seed=1))

    @staticmethod
    def _draws_values_of_the_field(model):
        samples = model.generate(5, seed=1)
        assert samples.shape == (5, *model.shape)
        model.fields["x"].check(samples, "samples")


def samples_panel(model, split, rows, seed):
    """Samples; of values of one or two numbers a cloud beside the real ones, which tells more than each alone."""
    field = model.fields["x"]
    if field.shape == (1,) or field.shape == (2,):
        kind = (Histogram, Cloud)[field.shape[0] - 1]
        real = split.examples(CROWD)["x"]
        return kind(real, model.generate(CROWD, seed=seed), "samples")
    columns = model.captions
    title = "samples: a class a column, one z a row" if len(columns) else "samples"
    return Cells(model.sheet(rows, seed=seed), field, title, columns)
