"""Splits that share no subject: results on subjects seen in training say nothing of new ones."""

import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kgen.checks import are, counted
from kgen.types import Array

if TYPE_CHECKING:
    from kgen.data.split import Split

SUBJECT = "subject"  # the fact that says whose a value is
SPLITS = "training", "validation", "test"


def subjects_of(
    files: Sequence[Path], pattern: str | None, name: str
) -> dict[str, Array]:
    """The fact ``subject`` of files, by a regular expression for their names; none without one."""
    if pattern is None:
        return {}
    compiled = _compiled(pattern)
    group = min(1, compiled.groups)
    found, unnamed = [], []
    for file in files:
        match = compiled.search(file.stem)
        if match and match[group]:
            found.append(match[group])
        else:
            unnamed.append(file.name)
    if unnamed:
        raise ValueError(
            f"{name}: subject={pattern!r} matches nothing in {unnamed[0]!r}, one of "
            f"{len(unnamed)} such files. Give a regular expression of the part that names the "
            "subject, such as subject=^[^_]+ for P7_3.png."
        )
    return {SUBJECT: np.array(found)}


def parted_by_subject(
    name: str,
    subjects: Array,
    labels: Array | None,
    shares: Sequence[float],
    brackets: Array | None = None,
) -> list[Array]:
    """Indices of parts with about the given shares of every class; no subject is in two parts.

    With ``brackets``, the age bracket of every value, each bracket of a class has these shares too.
    """
    _, whose = np.unique(subjects, return_inverse=True)
    classes, labels = np.unique(
        np.zeros(len(whose)) if labels is None else labels, return_inverse=True
    )
    counts = np.zeros((whose.max() + 1, len(classes)), int)
    np.add.at(counts, (whose, labels), 1)
    parts = np.full(len(counts), -1)
    youngest = (
        np.zeros(len(counts), int) if brackets is None else _least(whose, brackets)
    )
    for number in np.argsort(np.count_nonzero(counts, axis=0), kind="stable"):
        _place(parts, counts[:, number], np.asarray(shares), youngest)
    _check_in_every_part(name, parts, counts, classes, len(shares))
    return [np.flatnonzero(parts[whose] == part) for part in range(len(shares))]


def told_apart(name: str, *splits: "Split") -> str:
    """The note on splits by subject; raises if splits, which may be official, share a subject."""
    for split, values in zip(SPLITS, splits, strict=True):
        if SUBJECT not in values.facts:
            raise ValueError(
                f"{name}: the {split} values lack the fact {SUBJECT!r}. Give it to all splits, or "
                "to none."
            )
    whose = [split.facts[SUBJECT] for split in splits]
    check_apart(name, *whose)
    training, validation, test = map(len, map(np.unique, whose))
    return (
        f"divided by subject: {training} in training, {validation} in validation, "
        f"{test} in the test"
    )


def check_apart(name: str, *whose: Array) -> None:
    """Raises if two splits, given as training, validation and test, have a subject in common."""
    pairs = itertools.combinations(zip(SPLITS, whose, strict=False), 2)
    for (first, some), (second, others) in pairs:
        both = np.intersect1d(some, others)
        if len(both):
            raise ValueError(
                f"{name}: {counted(len(both), 'subject')} {are(len(both))} in the {first} and in "
                f"the {second} values, first {both[0]!s}. A result on them says nothing of new "
                "subjects; move all values of a subject to one side."
            )


def _least(whose, numbers):
    """The least number of every subject."""
    least = np.full(whose.max() + 1, np.iinfo(int).max)
    np.minimum.at(least, whose, numbers)
    return least


def _place(parts, sizes, shares, brackets):
    """Assigns every subject of a class that has no part yet to the part that is least full.

    Brackets come one after the other, so that each has its shares; large subjects come first.
    """
    random = np.random.default_rng(0).permutation(len(sizes))
    open_ones = random[(parts[random] < 0) & (sizes[random] > 0)]
    placed = parts >= 0
    filled = np.bincount(parts[placed], sizes[placed], len(shares))
    order = open_ones[np.lexsort((-sizes[open_ones], brackets[open_ones]))]
    kinds = np.unique(brackets, return_inverse=True)[1]
    held = np.zeros((kinds.max() + 1, len(shares)), int)
    left_of = np.bincount(kinds[order])
    np.add.at(held, (kinds[placed], parts[placed]), sizes[placed])
    for left, subject in zip(range(len(order), 0, -1), order, strict=True):
        bracket = kinds[subject]
        candidates = _candidates(filled, left, held[bracket], left_of[bracket])
        fullness = (filled[candidates] + sizes[subject]) / shares[candidates]
        part = parts[subject] = candidates[fullness.argmin()]
        filled[part] += sizes[subject]
        held[bracket, part] += sizes[subject]
        left_of[bracket] -= 1


def _candidates(filled, left, held, left_of):
    """The parts that may take the next subject.

    These are all parts, unless those that lack the class or the bracket need every subject left.
    """
    for holding, count in ((filled, left), (held, left_of)):
        lacking = np.flatnonzero(holding == 0)
        if len(lacking) >= count:
            return lacking
    return np.arange(len(filled))


def _check_in_every_part(name, parts, counts, classes, wanted):
    for label, sizes in zip(classes, counts.T, strict=True):
        holders = parts[sizes > 0]
        if len(np.unique(holders)) < wanted:
            what = f"class {label:g}" if len(classes) > 1 else "data"
            raise ValueError(
                f"{name}: the {what} of {counted(len(holders), 'subject')} cannot be in each of "
                f"{wanted} splits without a subject in two of them; at least {wanted} are needed. "
                "Add subjects, or leave the class or the subjects out."
            )


def _compiled(pattern):
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"subject={pattern!r} is no regular expression: {error}."
        ) from error
