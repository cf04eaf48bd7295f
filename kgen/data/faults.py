"""All faults of a data set at once: each with its file, the reason and the remedy."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from kgen.checks import counted
from kgen.types import Array, Names

SHOWN = 3  # in an error
LEAST_OF_A_CLASS = 5


class Fault(NamedTuple):
    """What is wrong with a file or a table.

    Args:
        where: str, the file, table, array or folder.
        reason: str, what is wrong with it.
        way: str, the remedy.
        fatal: bool, whether a training refuses it; otherwise it is only reported.
    """

    where: str
    reason: str
    way: str = ""
    fatal: bool = True

    def __str__(self) -> str:
        way = f" {self.way}" if self.way else ""
        return f"{self.where}: {self.reason}.{way}"


class Faulty(ValueError):
    """A data set with faults: the message shows the first few and their count, ``faults`` all.

    Args:
        name: str, of the data set.
        faults: list of ``Fault``, including those that are only reported.
    """

    def __init__(self, name: str, faults: list[Fault]):
        self.faults = faults
        refused = fatal(faults)
        shown = " · ".join(map(str, refused[:SHOWN]))
        if len(refused) > SHOWN:
            shown += (
                f" … and {len(refused) - SHOWN} more: check the data set to list them."
            )
        super().__init__(f"{name} has {counted(len(refused), 'fault')}. {shown}")


def fatal(faults: Iterable[Fault]) -> list[Fault]:
    """The faults that keep the data from being trained on."""
    return [fault for fault in faults if fault.fatal]


def check_none(name: str, faults: list[Fault]) -> None:
    """Raises a ``Faulty`` if any fault keeps the data from being trained on."""
    if fatal(faults):
        raise Faulty(name, faults)


def of_classes(where: str, words: Array | Names) -> list[Fault]:
    """The faults of the classes of all values: a single class, or too few values of one."""
    counts = Counter(np.asarray(words).tolist())
    if len(counts) == 1:
        told = f"all are of the one class {next(iter(counts))!r}"
        return [Fault(where, told, "Add another, or leave the label out.")]
    least = f"{LEAST_OF_A_CLASS} are needed to have one in every split"
    found = []
    for name, count in counts.items():
        if count < LEAST_OF_A_CLASS:
            told = f"class {name!r} has {counted(count, 'value')}; {least}"
            found.append(Fault(where, told, "Add some, or leave the class out."))
    return found


def of_subjects(
    where: str, subjects: Array | Names, words: Array | Names, fatal: bool = True
) -> list[Fault]:
    """The subjects with values of different classes."""
    classes = _by(subjects, words)
    way = "Correct the table; of one whose diagnosis changed, keep the scans of one diagnosis."
    faults = []
    for whose, found in classes.items():
        if len(found) > 1:
            told = f"subject {whose!r} has the labels {_listed(found)}"
            faults.append(Fault(where, told, way if fatal else "", fatal))
    return faults


def of_splits(
    where: str, subjects: Array | Names, splits: Array | Names
) -> list[Fault]:
    """The subjects that are in two official splits."""
    faults = []
    for whose, found in _by(subjects, splits).items():
        if len(found) > 1:
            told = f"subject {whose!r} is in the splits {_listed(found)}"
            faults.append(Fault(where, told, "Move all that is theirs to one of them."))
    return faults


def of_copies(
    names: Names,
    digests: Sequence[bytes | None],
    classes: Array | Sequence[Any] | None = None,
) -> list[Fault]:
    """The values that repeat another; with ``classes``, copies within one class are not fatal."""
    first: dict[bytes | None, int] = {}
    found: list[Fault] = []
    for number, (name, digest) in enumerate(zip(names, digests, strict=True)):
        place = first.setdefault(digest, number)
        if digest is not None and place < number:
            fatal = classes is None or classes[place] != classes[number]
            told = f"holds the same values as {names[place]}"
            found.append(Fault(name, told, "Keep one of them." if fatal else "", fatal))
    return found


def _by(keys, values):
    """The different values of every key, in order."""
    found = {}
    for key, value in zip(
        np.asarray(keys).tolist(), np.asarray(values).tolist(), strict=True
    ):
        if value not in found.setdefault(key, []):
            found[key].append(value)
    return found


def _listed(names):
    return " and ".join(map(str, names))
