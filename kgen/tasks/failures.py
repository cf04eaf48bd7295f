"""The failures of trainings that the tasks know, recognised by the diagnostics of the epochs."""

from collections.abc import Container, Sequence

from kgen.tasks import every
from kgen.tasks.diagnostics import PATIENCE
from kgen.tasks.task import Failure
from kgen.types import Scalars

BRAKES = "dropout", "noise", "label_smoothing", "label_noise"
FEW_STEPS = (
    1000  # training steps: a training of fewer has hardly begun, whatever its epochs
)
SOUND, TOO_EARLY = "sound", "too early to judge"


def known() -> dict[str, tuple[Failure, str]]:
    """By name: a function of the diagnostics of all epochs, and the message for the user."""
    found = {}
    for task in every():
        for failure, words in task.failures.items():
            found[failure.__name__] = failure, words
    return found


def failures_of(rows: Sequence[Scalars]) -> list[str]:
    """Names of the failures in the newest of ``rows``, one dict of diagnostics per epoch."""
    return [name for name, (failure, _) in known().items() if failure(rows)]


def verdict(rows: Sequence[Scalars]) -> str:
    """Names of the current failures, or ``SOUND``; ``TOO_EARLY`` before ``PATIENCE`` epochs."""
    if len(rows) < PATIENCE:
        return TOO_EARLY
    return ", ".join(failures_of(rows)) or SOUND


def failures_so_far(rows: Sequence[Scalars]) -> list[list[str]]:
    """For each row, the names of the failures in the rows up to and including it."""
    return [failures_of(rows[: number + 1]) for number in range(len(rows))]


def advice(name: str, options: Container[str], row: Scalars) -> str:
    """The message of a failure, with the options that the model has against it."""
    *others, last = [brake for brake in BRAKES if brake in options] or ["dropout"]
    brakes = f"{', '.join(others)} or {last}" if others else last
    return known()[name][1].format(**row, brakes=brakes) + _of_few_steps(row)


def _of_few_steps(row):
    steps = row.get("steps", FEW_STEPS)
    if steps >= FEW_STEPS:
        return ""
    return (
        f" But only {steps:.0f} steps were taken: "
        "take a smaller batch_size first, and then more epochs."
    )
