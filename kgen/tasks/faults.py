"""The ways in which a training goes wrong, as the tasks know them: each shows in the signs of its epochs."""

from kgen.tasks import every
from kgen.tasks.signs import PATIENCE

BRAKES = "dropout", "noise", "label_smoothing", "label_noise"
FEW_STEPS = (
    1000  # of a training that has hardly begun, however many epochs of few values these were
)
SOUND, TOO_EARLY = "sound", "too early to judge"


def known():
    """Every fault by its name: a function of the signs of all epochs, and the words for a user."""
    pairs = [pair for task in every() for pair in task.faults.items()]
    return {fault.__name__: (fault, words) for fault, words in pairs}


def faults_of(rows):
    """The names of the faults that the newest of the rows shows; a row is a dict of signs, one an epoch."""
    return [name for name, (fault, _) in known().items() if fault(rows)]


def verdict(rows):
    """The names of the faults that stand, or that there are none; fewer epochs than a fault lasts bear no judgement."""
    if len(rows) < PATIENCE:
        return TOO_EARLY
    return ", ".join(faults_of(rows)) or SOUND


def faults_so_far(rows):
    """For every row the names of the faults that it and those before it show."""
    return [faults_of(rows[: number + 1]) for number in range(len(rows))]


def advice(name, options, row):
    """What a user reads of a fault, with the options that a model has against it."""
    *others, last = [brake for brake in BRAKES if brake in options] or ["dropout"]
    brakes = f"{', '.join(others)} or {last}" if others else last
    return known()[name][1].format(**row, brakes=brakes) + _of_few_steps(row)


def _of_few_steps(row):
    steps = row.get("steps", FEW_STEPS)
    if steps >= FEW_STEPS:
        return ""
    return f" But only {steps:.0f} steps were taken: take a smaller batch_size first, and then more epochs."
