from collections.abc import Collection, Sequence
from typing import cast

from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.metrics import Score
from kgen.metrics.catalogue import OBJECTIVE
from kgen.tasks.diagnostics import lasts
from kgen.tasks.study import Study
from kgen.tasks.task import Task
from kgen.types import Scalars


class Objective(Task):
    """The scalars that a training logs: the model's own losses."""

    needs = GenerativeModel
    lacking = "it is no model of kgen's"
    groups = ("objective",)

    def diagnose(
        self, model: GenerativeModel, split: Split | UnpairedSplit, logs: Scalars
    ) -> dict[str, float]:
        return {"loss": float(logs["loss"])} if model.comparable_loss else {}

    def measure(
        self, study: Study, groups: Collection[str] | None = None
    ) -> dict[str, Score | str]:
        if not study.wanted({"objective": OBJECTIVE}):
            return {}
        logged = study.model.evaluate(
            study.seen.test.ordered(), verbose=0, return_dict=True
        )
        numbers = cast(dict[str, float], logged)
        return {name: Score(float(value)) for name, value in numbers.items()}


def loss_drifts(rows: Sequence[Scalars]) -> bool:
    """The loss is far above that of the first epoch."""
    losses = [row["loss"] for row in rows if "loss" in row] or [0.0]
    scale = max(abs(losses[0]), losses[0] - min(losses))
    return lasts(rows, "loss", lambda values: values > losses[0] + 2 * scale)


Objective.failures = {
    loss_drifts: "The loss drifts away, to {loss:.4g}: the training no longer holds it. "
    "Lower the learning rates; the pictures in samples/ show which epochs were sound."
}
