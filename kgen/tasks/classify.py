from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

import numpy as np

from kgen.abilities import Classifies
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.metrics import CATALOGUE, Evidence, Unmeasurable
from kgen.plots import Confusion, Reliability, Roc, stacked
from kgen.plots.figures import Figure
from kgen.tasks.study import Study, some, units_of
from kgen.tasks.task import Evidences, Task
from kgen.types import Arrays


class Classify(Task):
    """Predicts the class of a value."""

    needs = Classifies
    lacking = "it has no classifier"
    groups = ("classes",)
    files = {
        "test_confusion.png": "how often each class of the test values is read as each",
        "test_roc.png": "how many of a class are found at how many false alarms, "
        "over all thresholds",
        "test_calibration.png": "how often the classifier is right where it says how sure it is",
    }

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        test, names = known(data.test), model.fields["y"].class_names
        labels, probabilities = test["y"], model.classify(test["x"])
        confusion = Confusion(
            labels, probabilities.argmax(axis=1), names, "test values"
        )
        title = _area_told(_evidence(test, lambda _: probabilities))
        return {
            "test_confusion.png": stacked([confusion]),
            "test_roc.png": stacked([Roc(labels, probabilities, names, title)]),
            "test_calibration.png": stacked(
                [Reliability(labels, probabilities, "test values")]
            ),
        }

    def evidence(self, study: Study) -> Evidences:
        test = known(study.test)
        majority = np.bincount(known(study.seen.train)["y"]).argmax()
        model, judge = study.model, study.sample_metrics
        return (
            _evidence(test, lambda _: model.classify(test["x"])),
            None
            if study.data.classes is None
            else Evidence(
                read=lambda _: judge.judge.classes(some(study.data.test).comparable()),
                labels=lambda _: test["y"],
            ),
            Evidence(
                read=lambda _: np.full(len(test), majority), labels=lambda _: test["y"]
            ),
        )

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._gives_probabilities, model, values)

    @staticmethod
    def _gives_probabilities(model, values):
        found = model.classify(values["x"])
        assert found.shape == (len(values["x"]), model.fields["y"].num_classes)
        np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-5)


def known(split: Split | UnpairedSplit) -> Split:
    """The part of a split whose classes are known."""
    return cast(Split, split.subset(np.flatnonzero(split["y"] >= 0)))


def _area_told(evidence):
    """The area under the ROC curve with its interval, or the reason why it has none."""
    metric = CATALOGUE["classifier_auc"]
    try:
        ends = metric.interval(evidence)
        told = " ({:.3f} to {:.3f})".format(*ends) if ends else ""
        return f"area {metric.measure(evidence):.3f}{told}"
    except Unmeasurable as reason:
        return str(reason)


def _evidence(test, probabilities):
    """Inputs of the metrics of classes; ``units`` are the subjects of the values, if known."""
    return Evidence(
        probabilities=probabilities, read=lambda own: own["probabilities"].argmax(axis=1),
        labels=lambda _: test["y"], **units_of(test),
    )  # fmt: skip
