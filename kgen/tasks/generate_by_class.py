from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from kgen.abilities import Conditional
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.plots import grid
from kgen.plots.figures import Figure
from kgen.tasks.study import Study
from kgen.tasks.task import Evidences, Task
from kgen.types import Arrays


class GenerateByClass(Task):
    """Generates values of a requested class."""

    needs = Conditional
    lacking = "it is not told which class to draw"
    groups = ("use",)
    files = {"style.png": "samples, one style per column, one class per row"}

    def figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        styles = np.swapaxes(model.sheet(10, seed=2), 0, 1)
        title = "one style (z) per column"
        return {
            "style.png": grid(
                styles, title, rows=model.captions, field=model.fields["x"]
            )
        }

    def facts(self, study: Study) -> dict[str, Any]:
        return study.sample_facts

    def evidence(self, study: Study) -> Evidences:
        metrics = study.sample_metrics
        return (
            metrics.evidence(study.drawn, metrics.labels),
            metrics.real_evidence,
            metrics.baseline_evidence,
        )

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._takes_one_label_or_one_each, model)

    @staticmethod
    def _takes_one_label_or_one_each(model):
        one = model.generate(4, labels=1, seed=0)
        each = model.generate(4, labels=np.ones(4, "int32"), seed=0)
        np.testing.assert_array_equal(one, each)
