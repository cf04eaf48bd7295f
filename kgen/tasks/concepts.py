from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import HasConcepts
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.metrics import Evidence, Unmeasurable, interventions, mean_absolute_error
from kgen.plots import Estimates, Steps, stacked
from kgen.plots.figures import Figure
from kgen.tasks.study import Study, units_of
from kgen.tasks.task import Evidences, Task
from kgen.types import Arrays

SHOWN = 8  # concepts in a figure


class Concepts(Task):
    """Predicts concepts of a value and computes its number from them alone.

    A user can correct the concepts by hand.
    """

    needs = HasConcepts
    lacking = "it reads no concepts"
    groups = ("concepts",)
    files = {
        "test_concepts.png": "read over true concepts of the test values, with the error of each",
        "test_interventions.png": "how far estimates are off as concepts are corrected, "
        "over all orders",
    }

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        test = data.test
        found = model.concepts(test["x"])
        shown = zip(model.concept_names[:SHOWN], found.T, test["c"].T, strict=False)
        panels = [_estimates(*concept) for concept in shown]
        return {
            "test_concepts.png": stacked(panels),
            "test_interventions.png": stacked([_steps(model, test, found)]),
        }

    def evidence(self, study: Study) -> Evidences:
        model, test = study.model, study.test
        scale = model.fields["c"].scaled
        own = Evidence(
            concepts=lambda _: scale(model.concepts(test["x"])),
            decided=lambda _: model.decide(test["c"]),
            true_concepts=lambda _: scale(test["c"]), numbers=lambda _: test["y"], **units_of(test),
        )  # fmt: skip
        typical = np.median(study.seen.train["c"], axis=0)
        median = Evidence(
            concepts=lambda _: scale(np.tile(typical, (len(test), 1))),
            true_concepts=lambda _: scale(test["c"]),
        )
        return own, None, median

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._corrected_concepts_are_taken, model, values)

    @staticmethod
    def _corrected_concepts_are_taken(model, values):
        true = dict(zip(model.concept_names, values["c"].T, strict=True))
        np.testing.assert_allclose(
            model.intervene(values["x"], true), model.decide(values["c"]), rtol=1e-6
        )
        np.testing.assert_allclose(
            model.intervene(values["x"], {}), model.estimate(values["x"]), rtol=1e-3
        )


def _estimates(name, read, true):
    return Estimates(
        true, read, "", f"{name}: off by {mean_absolute_error(read, true):.3g}"
    )


def _steps(model, test, found):
    unit = model.fields["y"].unit or ""
    try:
        curve = interventions(model.decide, found, test["c"], test["y"])
    except Unmeasurable as reason:
        return Steps(np.zeros(0), np.zeros(0), np.zeros(0), unit, str(reason))
    return Steps(
        curve.mean,
        curve.least,
        curve.greatest,
        unit,
        "test values, over all orders of correction",
    )
