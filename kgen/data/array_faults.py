"""Everything that is wrong with the values of arrays, row by row."""

import hashlib

import numpy as np

from kgen.checks import counted
from kgen.data.faults import Fault, of_classes, of_copies, of_splits, of_subjects
from kgen.types import Array

ROWS = "Mend or remove these rows."
SHOWN = 5  # rows in a message


def of_values(
    name: str,
    values: Array,
    classes: Array | None = None,
    images: bool = True,
    anatomy: str | None = None,
) -> list[Fault]:
    """The faults of rows: NaN or infinity; for images also one shade alone, and copies of others.

    One shade alone is fatal only for images of an ``anatomy``. Copies are fatal only between two
    ``classes``, or without classes.
    """
    rows = values.reshape(len(values), -1)
    faults = (
        _at(name, "NaN or infinity", ~np.isfinite(rows).all(axis=1))
        if values.dtype.kind == "f"
        else []
    )
    if not images:
        return faults
    faults += _at(
        name,
        "one shade alone",
        rows.min(axis=1) == rows.max(axis=1),
        anatomy is not None,
    )
    names = [f"{name}[{row}]" for row in range(len(rows))]
    return faults + of_copies(names, list(map(_digest, rows)), classes)


def _digest(values):
    return hashlib.blake2b(np.ascontiguousarray(values).data, digest_size=16).digest()


def of_people(
    where: str,
    labels: Array | None,
    subjects: Array | None,
    tested: Array | None = None,
) -> list[Fault]:
    """The faults of classes and subjects; ``tested`` are the subjects of an official test."""
    faults = [] if labels is None else of_classes(where, labels)
    if subjects is None:
        return faults
    faults += (
        [] if labels is None else of_subjects(where, subjects, labels, fatal=False)
    )
    if tested is None:
        return faults
    splits = np.repeat(["training", "test"], [len(subjects), len(tested)])
    return faults + of_splits(where, np.concatenate([subjects, tested]), splits)


def _at(name, what, wrong, fatal=True):
    """The fault of some rows."""
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return []
    more = ", …" * (len(rows) > SHOWN)
    told = f"{counted(len(rows), 'row')} with {what}: {', '.join(map(str, rows[:SHOWN]))}{more}"
    return [Fault(name, told, ROWS, fatal)]
