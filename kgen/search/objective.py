from collections.abc import Mapping
from typing import NamedTuple, Self

from kgen import tasks
from kgen.checks import hint
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.metrics.catalogue import CATALOGUE, of_groups
from kgen.tasks.study import Settings, Study

OVER_REFERENCE = "_over_reference"  # in units of the same metric on real values
DIRECTIONS = {"lower": "min", "higher": "max"}


def measurable(model: GenerativeModel, data: Data) -> dict[str, str | None]:
    """The metrics of a model's tasks, also over their reference; each with its better direction."""
    groups: set[str] = set()
    for task in tasks.applying(model, data):
        groups.update(task.groups)
    found, over_reference = {}, {}
    for name, metric in of_groups(groups).items():
        direction = DIRECTIONS.get(metric.better)
        found[name] = over_reference[f"{name}{OVER_REFERENCE}"] = direction
    return {**found, **over_reference}


class Objective(NamedTuple):
    """A number of each trial and whether it should be small, ``min``, or large, ``max``."""

    name: str
    direction: str

    @classmethod
    def of(cls, text: str, reported: Mapping[str, str | None]) -> Self:
        """``NAME[:min|max]``; ``reported`` has the numbers of trials with their directions."""
        name, _, direction = text.partition(":")
        if name not in reported:
            they = f"They report {', '.join(sorted(reported))}."
            raise ValueError(f"No trial reports {name!r}.{hint(name, reported)} {they}")
        direction = direction or reported[name] or _usual(name)
        if direction not in ("min", "max"):
            raise ValueError(
                f"Say whether {name} should be small or large: {name}:min or {name}:max."
            )
        return cls(name, direction)

    @property
    def sign(self) -> int:
        """The factor that makes smaller better."""
        return 1 if self.direction == "min" else -1

    def __str__(self) -> str:
        return (
            f"{self.name}, "
            f"{'the smaller the better' if self.direction == 'min' else 'the larger the better'}"
        )


def _usual(name):
    return "min" if "loss" in name else "max" if "accuracy" in name else None


class Measure:
    """A metric of trained models on the validation values of a data set.

    The test split is kept for the model that is chosen.

    Args:
        name: str, one of ``measurable``.
        model: one of the models, trained or not.
        data: ``kgen.data.Data``.
        binarisation: how pixels are drawn 0 or 1 for training.
    """

    def __init__(
        self, name: str, model: GenerativeModel, data: Data, binarisation: str = "none"
    ):
        self.name, self.metric = name, name.removesuffix(OVER_REFERENCE)
        self.task = _task_of(self.metric)
        seen = data.binarised(binarisation)
        settings = Settings(metrics=(self.metric,))
        self.study = Study(model, data.on_validation(), seen.on_validation(), settings)

    def check(self) -> None:
        """Raises if the metric cannot be measured on the data."""
        _, real, _ = self.task.evidence(self.study)
        metric = CATALOGUE[self.metric]
        if real is not None and real.has(metric.of):
            metric.measure(real)

    def __call__(self, model: GenerativeModel) -> float:
        score = self.task.measure(self.study.of(model))[self.metric]
        if isinstance(score, str):
            raise ValueError(f"{self.metric} cannot be measured: {score}")
        return score.ratio if self.name.endswith(OVER_REFERENCE) else score.value


def _task_of(name):
    group = CATALOGUE[name].group
    return next(task for task in tasks.every() if group in task.groups)
