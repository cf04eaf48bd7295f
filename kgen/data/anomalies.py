"""Training on normal values only: which values are anomalies is a fact of the test."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kgen.checks import counted
from kgen.names import mapped
from kgen.types import Array

if TYPE_CHECKING:
    from kgen.data.data import Data
    from kgen.data.split import Split
    from kgen.data.tiles.split import TileSplit
    from kgen.data.tiles.tile_data import TileData

ANOMALY = "anomaly"  # the fact of whether a value is one, (n,)
MASK = "anomaly_mask"  # the fact of which of its points are, (n, …)
PARTS = "train", "validation", "test"


def leave_out(data: "Data", classes: Sequence[str | int]) -> "Data":
    """A data set without some classes in training and validation; in the test they are anomalies.

    Args:
        data: ``Data`` with classes.
        classes: sequence of names or numbers of classes; none leaves the set as it is.

    Raises:
        ValueError: if there are no classes, a class is unknown, no other class is left, or the
            test has none of these.

    Example:
        >>> without_threes = leave_out(kgen.data.load("digits"), ["3"])
        >>> 3 in without_threes.train.labels
        False
        >>> anomalous = without_threes.test.facts["anomaly"]
        >>> bool((anomalous == (without_threes.test.labels == 3)).all())
        True
    """
    if not classes:
        return data
    if data.classes is None:
        raise ValueError(
            f"{data.name} has no classes, of which left_out could name some."
        )
    numbers = list(map(data.classes.number, map(str, classes)))
    marks = mapped(_is_of, _splits(data), numbers)
    named = " and ".join(data.classes.class_names[number] for number in numbers)
    return _normal(data, marks, f"class {named}")


def leave_out_anomalies(data: "Data") -> "Data":
    """The same of the values that the fact ``anomaly`` marks."""
    marks = mapped(is_anomalous, _splits(data))
    if not any(mark.any() for mark in marks.values()):
        raise ValueError(
            f"normal_only=True: {data.name} does not say what is an anomaly. "
            f"Add an array {ANOMALY} of 0 and 1."
        )
    return _normal(data, marks, "anomalies")


def is_anomalous(split: "Split | TileSplit") -> Array:
    """Which values of a split are anomalies, (n,) of bool, as far as that is known."""
    marks = split.facts.get(ANOMALY, np.zeros(len(split)))
    return np.asarray(marks).astype(bool).reshape(len(split))


def check_normal(data: "Data | TileData") -> None:
    """Raises if known anomalies are among the values that a detector learns as normal."""
    for part in PARTS[:2]:
        found = int(is_anomalous(getattr(data, part)).sum())
        if found:
            told = f"{found:,} of {counted(len(getattr(data, part)), f'{part} value')}"
            raise ValueError(
                f"{data.name}: {told} are anomalies, by the array {ANOMALY}; a detector learns of "
                "normal values alone. Leave them out with normal_only=True."
            )


def _splits(data):
    return dict(zip(PARTS, (data.train, data.validation, data.test), strict=True))


def _is_of(split, numbers):
    """Which values of a split are of some classes."""
    return np.isin(split.labels, numbers)


def _normal(data, marks, what):
    """The set without the marked values of training and validation."""
    _check_marks(data, marks, what)
    train = data.train.subset(np.flatnonzero(~marks["train"]))
    validation = data.validation.subset(np.flatnonzero(~marks["validation"]))
    facts = {**data.test.facts, ANOMALY: marks["test"]}
    fields = {name: field.fitted(train[name]) for name, field in data.fields.items()}
    train, validation = (
        replace(train, fields=fields),
        replace(validation, fields=fields),
    )
    test = replace(data.test, fields=fields, facts=facts)
    lost = int(marks["train"].sum() + marks["validation"].sum())
    found = f"{int(marks['test'].sum()):,} of {len(test):,} test values"
    left = f"{what} left out of training and validation ({lost:,} values)"
    note = f"normal values alone: {left}; {found} are anomalies"
    return replace(
        data, train=train, validation=validation, test=test, notes=(*data.notes, note)
    )


def _check_marks(data, marks, what):
    if not marks["test"].any() or marks["test"].all():
        raise ValueError(
            f"{data.name}: {what}: the test holds {'only' if marks['test'].all() else 'no'} "
            "anomalies, and how well they are told from normal values could not be measured."
        )
    for part in PARTS[:2]:
        if marks[part].all():
            raise ValueError(
                f"{data.name}: {what}: no normal value is left for the {part} split."
            )
