from functools import partial

import numpy as np

from kgen.abilities import Classifies
from kgen.metrics import Evidence
from kgen.plots import Confusion, stacked
from kgen.tasks.study import some
from kgen.tasks.task import Task


class Classify(Task):
    """Names the class of a value."""

    needs = Classifies
    lacking = "it has no classifier"
    groups = ("classes",)
    files = {"test_confusion.png": "how often each class of the test values is read as each"}

    def test_figures(self, model, data):
        read = model.classify(data.test["x"]).argmax(axis=1)
        panel = Confusion(data.test.labels, read, model.fields["y"].class_names, "test values")
        return {"test_confusion.png": stacked([panel])}

    def evidence(self, study):
        test, majority = study.test, np.bincount(study.seen.train.labels).argmax()

        def evidence(read):
            return Evidence(read=lambda _: read(), labels=lambda _: test.labels)

        return (
            evidence(lambda: study.model.classify(test["x"]).argmax(axis=1)),
            evidence(lambda: study.sample_metrics.judge.classes(some(study.data.test).comparable())),
            evidence(lambda: np.full(len(test), majority)),
        )

    def contract(self, model, values):
        yield partial(self._gives_probabilities, model, values)

    @staticmethod
    def _gives_probabilities(model, values):
        found = model.classify(values["x"])
        assert found.shape == (len(values["x"]), model.fields["y"].num_classes)
        np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-5)
