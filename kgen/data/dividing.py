"""Divides a data set into training, validation and test values."""

import numpy as np
from sklearn.model_selection import train_test_split

from kgen.data.ages import brackets_of, check_brackets
from kgen.data.fold import Fold
from kgen.data.shares import USUAL, Shares
from kgen.data.split import Split
from kgen.data.subjects import SUBJECT, parted_by_subject
from kgen.fields import Label
from kgen.names import among, without
from kgen.types import Array, Arrays, Names

VALIDATION, TEST = "validation", "test"
NAMES = {TEST: "the test", VALIDATION: "validation"}


def parts_of(
    name: str,
    split: Split,
    missing: Names,
    fold: Fold | None = None,
    shares: Shares = USUAL,
) -> list[Array]:
    """The indices of the training values and of each ``missing`` split, validation before test.

    With a ``Fold``, the test is that part of all subjects, or of all values if none are known.
    """
    if fold is not None:
        return _folded(name, split, missing, fold, shares)
    if SUBJECT in split.facts or brackets_of(split.facts) is not None:
        check_brackets(name, split, len(missing) + 1)
        return _by_subject(name, split, _shares(len(split), missing, shares))
    training, taken = np.arange(len(split)), []
    for part in reversed(missing):
        share = _share(part, len(training), shares)
        training, own = _parted(split, training, share)
        taken.append(own)
    return [training, *reversed(taken)]


def _by_subject(name, split, shares):
    """Parts of a split by subject (by value if none are known), balanced in classes and ages."""
    whose = split.facts.get(SUBJECT, np.arange(len(split)))
    return parted_by_subject(
        name, whose, split.labels, shares, brackets_of(split.facts)
    )


def _folded(name, split, missing, fold, shares):
    if shares.test != USUAL.test:
        told = f"test_share={shares.test:g} and fold={fold.number}"
        raise ValueError(f"{name}: {told} both say what the test is. Keep one.")
    if TEST not in missing:
        raise ValueError(
            f"{name}: fold={fold.number} takes the test out of all values, and there is an "
            "official one. Leave fold out, or the official test."
        )
    test = _by_subject(name, split, [1 / fold.count] * fold.count)[fold.number]
    others = np.setdiff1d(np.arange(len(split)), test)
    if VALIDATION not in missing:
        return [others, test]
    left = _shares(len(others), [VALIDATION], shares)
    training, validation = _by_subject(name, split.subset(others), left)
    return [others[training], others[validation], test]


def parts_of_domains(
    name: str, subjects: Arrays, missing: Names
) -> dict[str, list[Array]]:
    """The parts of every domain; a subject is in the same part in all domains."""
    counts = list(map(len, subjects.values()))
    domains = np.repeat(np.arange(len(subjects)), counts)
    every = np.concatenate(list(subjects.values()))
    parts = parted_by_subject(name, every, domains, _shares(len(every), missing, USUAL))
    starts = np.searchsorted(domains, np.arange(len(subjects)))
    found = {}
    for number, field in enumerate(subjects):
        found[field] = [
            part[domains[part] == number] - starts[number] for part in parts
        ]
    return found


def divided(split: Split, share: float) -> list[Split]:
    """A split in two; the second has ``share`` of the values, or of every class if any."""
    return [split.subset(part) for part in _parted(split, np.arange(len(split)), share)]


def told(
    missing: Names,
    classes: bool,
    ages: bool = False,
    fold: Fold | None = None,
    shares: Shares = USUAL,
) -> str:
    """The note on how the splits came about: from the source, or drawn where ``missing`` in it."""
    parts = dict(zip((TEST, VALIDATION), shares.told(), strict=True))
    if fold is not None:
        parts[TEST] = f"1/{fold.count}"
    notes = []
    for part in without(NAMES, missing):
        notes.append(f"its own values for {NAMES[part]}")
    for part in among(NAMES, missing):
        notes.append(f"{parts[part]} for {NAMES[part]}")
    groups = ["class"] * classes + ["age bracket"] * ages
    alike = f", of every {' and '.join(groups)} alike" if groups else ""
    if missing:
        notes.append(f"at random{alike}, the same in every run")
    return f"divided: {'; '.join(notes)}"


def _share(part, count, shares):
    """The share of ``count`` values that is taken for a split."""
    return shares.test if part == TEST else shares.of_validation(count)


def _shares(count, missing, shares):
    """The shares of the training values and of each missing split in all values."""
    left, taken = 1.0, []
    for part in reversed(missing):
        taken.append(left * _share(part, left * count, shares))
        left -= taken[-1]
    return [left, *reversed(taken)]


def _parted(split, indices, share):
    """Two parts of some indices of a split, each in ascending order."""
    labels = split.labels[indices] if isinstance(split.fields.get("y"), Label) else None
    least = 1 if labels is None else len(np.unique(labels))
    size = max(share, least / len(indices))
    parts = train_test_split(
        np.arange(len(indices)), test_size=size, stratify=labels, random_state=0
    )
    if labels is not None:
        parts = _with_every_class(labels, *parts)
    return [indices[np.sort(part)] for part in parts]


def _with_every_class(labels, first, second):
    """Both parts, with every class in the second: stratification may round a rare one to none."""
    missing = np.setdiff1d(labels, labels[second])
    moved = [first[labels[first] == label][0] for label in missing]
    return np.setdiff1d(first, moved), np.union1d(second, moved).astype(int)
