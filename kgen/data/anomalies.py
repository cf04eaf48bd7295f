"""Training on normal values only: which values are anomalies is a fact of the test."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kgen.checks import counted
from kgen.data.pieces import pieces_of
from kgen.names import mapped
from kgen.types import Array, Arrays

if TYPE_CHECKING:
    from kgen.data.data import Data
    from kgen.data.split import Split
    from kgen.data.tiles.split import TileSplit
    from kgen.data.tiles.tile_data import TileData

ANOMALY = "anomaly"  # the fact of whether a value is one, (n,)
MASK = "anomaly_mask"  # the fact of which of its points are, (n, …)
PARTS = "train", "validation", "test"
PIECE = 1000  # values in memory at a time


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
    _check_classes(data, numbers)
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


def marked(name: str, facts: Arrays, x: Array) -> dict[str, Array]:
    """Facts in which ``anomaly``, (n,), and ``anomaly_mask``, on the grid of x, are of bool.

    A value with anomalous points is an anomaly, also where ``anomaly`` is not given.

    Raises:
        ValueError: for numbers other than 0 and 1, a mask on another grid, or a normal value with
            anomalous points.
    """
    told = dict(facts)
    if MASK in facts:
        told[MASK] = _bits(name, MASK, facts[MASK], x.shape[:-1])
        points = told[MASK].reshape(len(told[MASK]), -1)
        told[ANOMALY] = np.asarray(points.any(axis=1))
    if ANOMALY in facts:
        marks = _bits(name, ANOMALY, facts[ANOMALY], x.shape[:1])
        _check_contradiction(name, marks, told.get(ANOMALY, marks))
        told[ANOMALY] = marks
    return told


def _bits(name, mark, values, shape):
    """The marks as bool, of a shape to which they may add an axis of length 1."""
    values = np.asarray(values)
    if values.shape not in (shape, (*shape, 1)):
        raise ValueError(
            f"{name}: {mark} has the shape {values.shape}; it takes {shape}."
        )
    wrong = values.dtype.kind not in "uifb" or ~np.isin(values, (0, 1))
    if np.any(wrong):
        first = np.argwhere(np.broadcast_to(wrong, values.shape))[0]
        raise ValueError(
            f"{name}: {mark} holds {values[tuple(first)].item()!r}, first in row {first[0]}; it "
            "takes 0, normal, and 1, an anomaly."
        )
    return values.astype(bool).reshape(shape)


def _check_contradiction(name, marks, masked):
    wrong = np.flatnonzero(masked & ~marks)
    if len(wrong):
        raise ValueError(
            f"{name}: {ANOMALY} is 0, normal, where {MASK} has points that are anomalous, first in "
            f"row {wrong[0]}. Correct one of them."
        )


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


def check_varied(name: str, x: Array) -> None:
    """Raises if all values of a training are the same, or of one shade each."""
    if _every(x, lambda rows: rows == x[:1].reshape(1, -1)):
        what = "are the same"
    elif _every(x, lambda rows: rows == rows[:, :1]):
        what = "have one shade each"
    else:
        return
    raise ValueError(
        f"{name}: all {len(x):,} training values {what}; nothing can be learnt of them."
    )


def _every(x, holds):
    """Whether something holds for all rows; read in pieces, up to the first where it does not."""
    pieces = map(x.__getitem__, pieces_of(len(x), PIECE))
    return all(holds(piece.reshape(len(piece), -1)).all() for piece in pieces)


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


def _check_classes(data, numbers):
    for number in numbers:
        if not 0 <= number < data.num_classes:
            known = ", ".join(data.class_names)
            raise ValueError(
                f"left_out={number} is no class of {data.name}. Choose of {known}."
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
