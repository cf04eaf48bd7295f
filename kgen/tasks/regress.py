from functools import partial

import numpy as np

from kgen.abilities import Regresses
from kgen.metrics import Evidence
from kgen.plots import Estimates, stacked
from kgen.tasks.task import Task


class Regress(Task):
    """Estimates a number, such as an age, of a value."""

    needs = Regresses
    lacking = "it has no network that reads a number"
    groups = ("numbers",)
    files = {"test_estimates.png": "estimated over true numbers of the test values"}

    def panels(self, model, split):
        return [estimates(model, split, "validation values")]

    def test_figures(self, model, data):
        return {"test_estimates.png": stacked([estimates(model, data.test, "test values")])}

    def evidence(self, study):
        test, typical = study.test, np.median(study.seen.train["y"])

        def evidence(estimated):
            return Evidence(estimates=lambda _: estimated(), numbers=lambda _: test["y"])

        own = evidence(lambda: study.model.estimate(test["x"]))
        return own, None, evidence(lambda: np.full(len(test), typical))

    def contract(self, model, values):
        yield partial(self._gives_a_number_each, model, values)

    @staticmethod
    def _gives_a_number_each(model, values):
        found = model.estimate(values["x"])
        assert found.shape == (len(values["x"]),) and np.isfinite(found).all()


def estimates(model, split, title):
    """What the model estimates of the numbers of a split."""
    return Estimates(split["y"], model.estimate(split["x"]), model.fields["y"].unit or "", title)
