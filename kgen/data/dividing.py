"""Which values of a data set train, which validate and which test."""

import numpy as np
from sklearn.model_selection import train_test_split

from kgen.data.subjects import SUBJECT, parted_by_subject
from kgen.fields import Label

VALIDATION, TEST = "validation", "test"
NAMES = {TEST: "the test", VALIDATION: "validation"}
TEST_SHARE, VALIDATION_SHARE, VALIDATION_MOST = 0.15, 0.1, 5000


def parts_of(name, split, missing):
    """The indices of the training values, and of those taken for each ``missing`` split, validation before test."""
    if SUBJECT in split.facts:
        return parted_by_subject(name, split.facts[SUBJECT], split.labels, _shares(len(split), missing))
    training, taken = np.arange(len(split)), {}
    for part in reversed(missing):
        training, taken[part] = _parted(split, training, _share(part, len(training)))
    return [training, *(taken[part] for part in missing)]


def parts_of_domains(name, subjects, missing):
    """The parts of every domain, those of one subject the same in all."""
    domains = np.repeat(np.arange(len(subjects)), [len(whose) for whose in subjects.values()])
    every = np.concatenate(list(subjects.values()))
    parts = parted_by_subject(name, every, domains, _shares(len(every), missing))
    starts = np.searchsorted(domains, np.arange(len(subjects)))
    return {
        field: [part[domains[part] == number] - starts[number] for part in parts]
        for number, field in enumerate(subjects)
    }


def divided(split, share):
    """A split in two, the second with ``share`` of the values, or of every class where there are classes."""
    return [split.subset(part) for part in _parted(split, np.arange(len(split)), share)]


def told(missing, classes):
    """The note on splits that were drawn, those ``missing`` in the source, and on its own ones."""
    own = [f"its own values for {name}" for part, name in NAMES.items() if part not in missing]
    shares = {
        TEST: f"{TEST_SHARE:.0%}",
        VALIDATION: f"{VALIDATION_SHARE:.0%} of the others, at most {VALIDATION_MOST:,},",
    }
    drawn = [f"{shares[part]} for {NAMES[part]}" for part in NAMES if part in missing]
    alike = ", of every class alike" if classes else ""
    how = [f"at random{alike}, the same in every run"] if missing else []
    return f"divided: {'; '.join(own + drawn + how)}"


def _share(part, count):
    """The share of ``count`` values that is taken for a split."""
    return TEST_SHARE if part == TEST else min(VALIDATION_SHARE, VALIDATION_MOST / count)


def _shares(count, missing):
    """The shares of the training values and of each missing split in all values."""
    left, taken = 1.0, {}
    for part in reversed(missing):
        taken[part] = left * _share(part, left * count)
        left -= taken[part]
    return [left, *(taken[part] for part in missing)]


def _parted(split, indices, share):
    """Some indices of a split in two, each in ascending order."""
    labels = split.labels[indices] if isinstance(split.fields.get("y"), Label) else None
    least = 1 if labels is None else len(np.unique(labels))
    size = max(share, least / len(indices))
    parts = train_test_split(np.arange(len(indices)), test_size=size, stratify=labels, random_state=0)
    if labels is not None:
        parts = _with_every_class(labels, *parts)
    return [indices[np.sort(part)] for part in parts]


def _with_every_class(labels, first, second):
    """Both parts, the second with one of every class: stratification rounds that of a rare one down to none."""
    missing = np.setdiff1d(labels, labels[second])
    moved = [first[labels[first] == label][0] for label in missing]
    return np.setdiff1d(first, moved), np.union1d(second, moved).astype(int)
