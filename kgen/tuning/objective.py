from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from kgen.metrics import OutsideClassifier, frechet_distance, importance_weighted_log_likelihood
from kgen.runs.measures import comparable, some
from kgen.runs.options import hint

SAMPLES, CODES = 10_000, 100
MEASURED = {
    "frechet_distance_over_floor": "min",
    "outside_classifier_accuracy": "max",
    "log_likelihood": "max",
}  # of the trained model, on validation images: the test split is for the one that is chosen


class Objective(NamedTuple):
    """A number of each trial and whether it should be small, ``min``, or large, ``max``."""

    name: str
    direction: str

    @classmethod
    def of(cls, text, reported):
        """``NAME[:min|max]``, where NAME is one of the numbers that trials report."""
        name, _, direction = text.partition(":")
        if name not in reported:
            they = f"They report {', '.join(sorted(reported))}."
            raise ValueError(f"No trial reports {name!r}.{hint(name, reported)} {they}")
        direction = direction or MEASURED.get(name) or _usual(name)
        if direction not in ("min", "max"):
            raise ValueError(f"Say whether {name} should be small or large: --objective {name}:min or {name}:max.")
        return cls(name, direction)

    @property
    def sign(self):
        """By what to multiply so that less is better."""
        return 1 if self.direction == "min" else -1

    def __str__(self):
        return f"{self.name}, {'the smaller the better' if self.direction == 'min' else 'the larger the better'}"


def _usual(name):
    return "min" if "loss" in name else "max" if "accuracy" in name else None


class Measure:
    """One of ``MEASURED``, of trained models, on the validation images of a data set.

    Args:
        name: str, one of ``MEASURED``.
        dataset: ``kgen.data.Data`` with labels.

    Raises:
        ValueError: where the data cannot bear the metric, before any model is trained.
    """

    def __init__(self, name, dataset):
        self.name, self.dataset = name, dataset
        if name == "frechet_distance_over_floor":
            self.floor = frechet_distance(self._reference, self._features(some(dataset.validation).comparable()))

    def __call__(self, model):
        return float(getattr(self, f"_{self.name}")(model))

    def _frechet_distance_over_floor(self, model):
        return frechet_distance(self._reference, self._features(self._drawn(model)[0])) / self.floor

    def _outside_classifier_accuracy(self, model):
        return self._judge.agreement(*self._drawn(model))

    def _log_likelihood(self, model):
        part = some(self.dataset.validation)
        return importance_weighted_log_likelihood(model, part["x"], part.labels, CODES).mean()

    def _drawn(self, model):
        labels = some(self.dataset.validation).labels
        asked = labels if model.num_classes else None
        return comparable(model, self.dataset, len(labels), asked, seed=0), labels

    @cached_property
    def _judge(self):
        return OutsideClassifier(replace(self.dataset, test=self.dataset.validation))

    @cached_property
    def _reference(self):
        count = min(SAMPLES, len(self.dataset.validation))
        chosen = np.random.default_rng(0).permutation(len(self.dataset.train))[:count]
        return self._features(self.dataset.train.subset(chosen).comparable())

    def _features(self, images):
        return self._judge.features(images)
