from typing import NamedTuple

import numpy as np

from kgen.checks import counted, few
from kgen.data.ages import AGE, of_ages
from kgen.data.dividing import TEST, VALIDATION
from kgen.data.faults import Fault, of_classes, of_splits, of_subjects
from kgen.data.official import SPELLINGS, TRAIN
from kgen.data.records import Records
from kgen.data.subjects import SUBJECT
from kgen.data.table import plain
from kgen.fields import Label, Number, Vector

SPLIT = "split"  # the column of official splits
PARTS = TRAIN, VALIDATION, TEST
PATHS = "files", "partners"


class Cohort(NamedTuple):
    """Who was scanned: one row per file, from one table or from two.

    Args:
        name: str, of the data set.
        where: str, the table, for messages.
        files: list of paths.
        partners: list of the paths of their partners, or ``None``.
        label: array of the classes as words, or ``None``.
        number: array of the numbers as words, or ``None``.
        covariates: dict from each column of the field c to its array of words.
        facts: dict of arrays, all other columns.
        splits: array of the official splits as words, or ``None``.
        notes: tuple of str.
    """

    name: str
    where: str
    files: list
    partners: list | None
    label: np.ndarray | None
    number: np.ndarray | None
    covariates: dict
    facts: dict
    splits: np.ndarray | None
    notes: tuple

    @classmethod
    def of(cls, path, name, columns, test=None):
        """The rows of a table, and of another that is kept for the test."""
        tables = [Records.of(path, name), *([Records.of(test, name)] if test else [])]
        parts = [_Part.of(records, columns) for records in tables]
        joined = {
            field: _joined([getattr(part, field) for part in parts])
            for field in ("label", "number", "splits")
        }
        if test and joined["splits"] is not None:
            raise ValueError(
                f"{name}: test={test!r} and the column {SPLIT!r} both say what the test is. Keep "
                "one."
            )
        if test:
            joined["splits"] = np.repeat([TRAIN, TEST], [len(part.files) for part in parts])
        common = [fact for fact in parts[0].facts if all(fact in part.facts for part in parts)]
        facts = {fact: _joined([part.facts[fact] for part in parts]) for fact in common}
        joined["covariates"] = {
            column: _joined([part.covariates[column] for part in parts])
            for column in columns.covariates
        }
        joined["notes"] = tuple(note for records in tables for note in records.notes)
        files, partners = (
            [path for part in parts for path in getattr(part, name) or ()] for name in PATHS
        )
        return cls(name, tables[0].path.name, files, partners or None, facts=facts, **joined)

    def faults(self):
        """What is wrong with the table itself."""
        found = []
        if self.label is not None:
            found += of_classes(self.where, self.label)
        if SUBJECT in self.facts:
            subjects = self.facts[SUBJECT]
            found += of_subjects(self.where, subjects, self.label) if self.label is not None else []
            found += (
                of_splits(self.where, subjects, self.official()) if self.splits is not None else []
            )
        return found + self._of_numbers() + of_ages(self.where, self.facts) + self._of_splits()

    def values(self):
        """The values of all fields but x by name: y from a label or a number, c from covariates."""
        found = {}
        if self.covariates:
            found["c"] = np.stack(
                [words.astype("float32") for words in self.covariates.values()], axis=1
            )
        if self.label is not None:
            found["y"] = plain(self.label)
        if self.number is not None:
            found["y"] = self.number.astype("float32")
        return found

    def fields(self, unit):
        """The fields of these values."""
        values, found = self.values(), {}
        if self.covariates:
            found["c"] = Vector.of(values["c"], f"{self.name}: c", list(self.covariates))
        if self.label is not None:
            found["y"] = Label.of(values["y"], self.name)
        if self.number is not None:
            found["y"] = Number.of(values["y"], f"{self.name}: y", unit)
        return found

    def official(self):
        """The official split of every row, named as in ``Data``; ``None`` without such a column."""
        if self.splits is None:
            return None
        return np.array([SPELLINGS.get(word.lower(), word) for word in self.splits.tolist()])

    def _of_numbers(self):
        number = {} if self.number is None else {"what should be a number": self.number}
        columns = {**number, **{repr(column): words for column, words in self.covariates.items()}}
        return [
            fault
            for told, words in columns.items()
            for fault in _no_numbers(self.where, told, words.tolist())
        ]

    def _of_splits(self):
        if self.splits is None:
            return []
        unknown = sorted(set(self.official().tolist()) - set(PARTS))
        if unknown:
            told = f"the column {SPLIT!r} holds {few(unknown)}"
            return [Fault(self.where, told, f"Splits are {', '.join(PARTS)}.")]
        if TRAIN not in self.official():
            return [
                Fault(
                    self.where,
                    f"no row of the column {SPLIT!r} is {TRAIN}",
                    "Name the rows to train on.",
                )
            ]
        return []


class _Part(NamedTuple):
    """The rows of one table."""

    files: list
    partners: list | None
    label: np.ndarray | None
    number: np.ndarray | None
    covariates: dict
    facts: dict
    splits: np.ndarray | None

    @classmethod
    def of(cls, records, columns):
        columns = columns.of(records)
        given = {
            "label": columns.label,
            "number": columns.number,
            "target or mask": columns.partner,
        }
        told = [f"{option}={column!r}" for option, column in given.items() if column]
        if len(told) > 1:
            raise ValueError(f"{' and '.join(told)}: y is one of them. Leave the other out.")
        if columns.subject != SUBJECT:
            records.column("subject", columns.subject)
        label, number = (
            getattr(columns, option) and records.column(option, getattr(columns, option))
            for option in ("label", "number")
        )
        covariates = {column: records.column("covariates", column) for column in columns.covariates}
        beside = [columns.file, columns.partner, columns.label, SPLIT, *covariates]
        beside += [columns.number] if columns.number != AGE else []
        splits = records.column(SPLIT, SPLIT) if SPLIT in records.words else None
        named = {"file": columns.file, "target or mask": columns.partner}
        files = [column and records.files(column, option) for option, column in named.items()]
        return cls(
            *files, label, number, covariates, records.facts(beside, columns.subject), splits
        )


def _joined(parts):
    """Arrays joined to one; ``None`` if there are none."""
    return None if parts[0] is None else np.concatenate(parts)


def _no_numbers(where, told, words):
    """The fault of words where numbers should be."""
    wrong = [place for place, word in enumerate(words) if not _is_number(word)]
    if not wrong:
        return []
    more = f", one of {counted(len(wrong), 'such row')}"
    return [
        Fault(
            where,
            f"{told} is {words[wrong[0]]} in row {wrong[0]}{more}",
            "Mend them, or leave these rows out.",
        )
    ]


def _is_number(word):
    try:
        return bool(np.isfinite(float(word)))
    except ValueError:
        return False
