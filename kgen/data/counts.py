"""How many subjects of each class and age bracket there are in each split, in words."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from kgen.data.ages import AGE, UNKNOWN, brackets_of, named
from kgen.data.split import Split
from kgen.data.subjects import SPLITS, SUBJECT
from kgen.fields import Label


def counts_told(splits: Sequence[Split]) -> tuple[str, ...]:
    """One note per class with its counts in each split; no notes without classes and ages."""
    whole = splits[0]
    if whole.labels is None and AGE not in whole.facts:
        return ()
    rows = list(map(_rows, splits))
    ages = AGE in whole.facts
    labels, _, _ = zip(*rows, strict=True)
    classes = np.unique(np.concatenate(labels))
    what = "subjects" if SUBJECT in whole.facts else "values"
    head = f"{what} in {' / '.join(SPLITS)}"
    names = (
        ["all"] if whole.labels is None else cast(Label, whole.fields["y"]).class_names
    )
    return tuple(
        f"{head}: {names[label]}: {_of_class(rows, label, ages)}" for label in classes
    )


def _rows(split):
    """The class, the bracket and the subject of every value of a split."""
    count = len(split)
    labels = np.zeros(count, int) if split.labels is None else split.labels
    brackets = (
        brackets_of(split.facts) if AGE in split.facts else np.full(count, UNKNOWN)
    )
    whose = split.facts.get(SUBJECT, np.arange(count))
    return labels, brackets, np.unique(whose, return_inverse=True)[1]


def _of_class(rows, label, ages):
    every = _counted(rows, label)
    if not ages:
        return every
    labels, brackets, _ = map(np.concatenate, zip(*rows, strict=True))
    told = []
    for bracket in np.unique(brackets[labels == label]):
        told.append(f"{named(bracket)} {_counted(rows, label, bracket)}")
    return f"{every}, of these {', '.join(told)}"


def _counted(rows, label, bracket=None):
    numbers = []
    for labels, brackets, whose in rows:
        chosen = labels == label
        if bracket is not None:
            chosen = chosen & (brackets == bracket)
        numbers.append(len(np.unique(whose[chosen])))
    return " / ".join(map(str, numbers))
