from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeAlias

from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.metrics import Evidence, Score, Unmeasurable
from kgen.metrics.catalogue import Metric, of_groups
from kgen.plots.figures import Figure
from kgen.plots.panels import Panel
from kgen.tasks.study import Study
from kgen.types import Arrays, Scalars

# Says of the diagnostics of all epochs, one dict each, whether a training has it.
Failure: TypeAlias = Callable[[Sequence[Scalars]], bool]
# Of the model; then of real values and of a trivial baseline, where there are any.
Evidences: TypeAlias = tuple[Evidence, *tuple[Evidence | None, ...]]


class Task:
    """Something that a model can do on its data, and what is drawn, monitored and measured for it.

    A new task is a file with a subclass and an entry in ``kgen.tasks.TASKS``. The subclass
    overrides the methods that it needs.

    Attributes:
        needs: the ability, or abilities, of ``kgen.abilities``.
        lacking: str, the reason given for a model without it.
        groups: tuple of str, the groups of ``kgen.metrics.CATALOGUE`` that it measures.
        failures: dict from a function of the diagnostics of all epochs to the message for the user.
        files: dict from the name of a picture that it saves in a run to what that shows.

    Example:
        >>> from kgen.abilities import Generates
        >>> class Count(Task):
        ...     needs, lacking = Generates, "it draws nothing"
        ...     def diagnose(self, model, split, logs):
        ...         return {"ink": float(model.generate(100, seed=0).mean())}
    """

    needs: type | tuple[type, ...] = object
    lacking = ""
    groups: tuple[str, ...] = ()
    failures: dict[Failure, str] = {}
    files: dict[str, str] = {}

    def reason(self, model: GenerativeModel, data: Data) -> str | None:
        """Why the task does not apply to a model and a data set, or ``None``."""
        return None if isinstance(model, self.needs) else self.lacking

    def expected(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[tuple[str, float, float, str]]:
        """Checks before the first step: tuples (name, found, expected by theory, why)."""
        return []

    def panels(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[Panel]:
        """The panels of ``kgen.plots`` to show after every epoch, of some values of the split."""
        return []

    def figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        """The figures to save after a training, for some of ``files``."""
        return {}

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        """The figures to save after a test, for some of ``files``."""
        return {}

    def diagnose(
        self, model: GenerativeModel, split: Split | UnpairedSplit, logs: Scalars
    ) -> dict[str, float]:
        """Diagnostics of the training after an epoch: numbers by name."""
        return {}

    def facts(self, study: Study) -> dict[str, Any]:
        """Facts behind its numbers, such as the sample count; comparable numbers share them."""
        return {}

    def evidence(self, study: Study) -> Evidences:
        """Inputs of its metrics: of the model, of real values, and of a trivial baseline."""
        raise NotImplementedError(
            f"{type(self).__name__} has groups of metrics, and no evidence for them."
        )

    def measure(
        self, study: Study, groups: Collection[str] | None = None
    ) -> dict[str, Score | str]:
        """Each requested metric by name: its ``Score``, or the reason why it has none."""
        wanted = study.wanted(of_groups(groups or self.groups))
        if not wanted:
            return {}
        own, *beside = self.evidence(study)
        return {
            name: scored(name, metric, own, *beside) for name, metric in wanted.items()
        }

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterable[Callable[[], None]]:
        """Functions that assert what every model with this task guarantees, on values by field."""
        return []


def scored(
    name: str,
    metric: Metric,
    own: Evidence,
    real: Evidence | None = None,
    baseline: Evidence | None = None,
) -> Score | str:
    """The ``Score`` of the model beside real values and baseline, or why it cannot be computed."""
    print(f"Measuring {name}", flush=True)
    try:
        value = metric.measure(own)
    except Unmeasurable as reason:
        return str(reason)
    return Score(
        value, _beside(metric, real), _beside(metric, baseline), *metric.interval(own)
    )


def _beside(metric, evidence):
    if evidence is None or not evidence.has(metric.of):
        return None
    try:
        return metric.measure(evidence)
    except Unmeasurable:
        return None
