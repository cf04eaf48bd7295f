from typing import NamedTuple, Self

import numpy as np

from kgen.checks import counted, few
from kgen.data.ages import AGE, of_ages
from kgen.data.dividing import TEST, VALIDATION
from kgen.data.faults import Fault, of_classes, of_splits, of_subjects
from kgen.data.official import SPELLINGS, TRAIN
from kgen.data.records import Records
from kgen.data.scans.columns import Columns
from kgen.data.subjects import SUBJECT
from kgen.data.table import plain
from kgen.fields import Field, Label, Number, Vector
from kgen.names import among, filled
from kgen.types import Array, Location

SPLIT = "split"  # the column of official splits
PARTS = TRAIN, VALIDATION, TEST


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
    def of(
        cls, path: Location, name: str, columns: Columns, test: Location | None = None
    ) -> Self:
        """The rows of a table, and of another that is kept for the test."""
        own = cls._of_one(Records.of(path, name), columns)
        if not test:
            return own
        if own.splits is not None:
            raise ValueError(
                f"{name}: test={test!r} and the column {SPLIT!r} both say what the test is. Keep "
                "one."
            )
        columns = columns._replace(needed=own.label is not None)
        tested = cls._of_one(Records.of(test, name), columns)
        _check_subjects(own, tested)
        splits = np.repeat([TRAIN, TEST], [len(own.files), len(tested.files)])
        _, _, *rows = map(_joined, own, tested)  # all but name and where
        return cls(name, own.where, *rows)._replace(splits=splits)

    @classmethod
    def _of_one(cls, records, columns):
        """The rows of one table."""
        columns = columns.of(records)
        _check_single(columns)
        if columns.subject != SUBJECT:
            records.column("subject", columns.subject)
        label = columns.label and records.column("label", columns.label)
        number = columns.number and records.column("number", columns.number)
        covariates = {}
        for column in columns.covariates:
            covariates[column] = records.column("covariates", column)
        beside = [columns.file, columns.partner, columns.label, SPLIT, *covariates]
        beside += [columns.number] if columns.number != AGE else []
        splits = records.column(SPLIT, SPLIT) if SPLIT in records.words else None
        files = records.files(columns.file)
        partners = columns.partner and records.files(columns.partner, "target or mask")
        facts = records.facts(beside, columns.subject)
        rows = files, partners, label, number, covariates, facts, splits
        return cls(records.name, records.path.name, *rows, records.notes)

    def faults(self) -> list[Fault]:
        """What is wrong with the table itself."""
        found = []
        if self.label is not None:
            found += of_classes(self.where, self.label)
        subjects, splits = self.facts.get(SUBJECT), self.official()
        if subjects is not None and self.label is not None:
            found += of_subjects(self.where, subjects, self.label)
        if subjects is not None and splits is not None:
            found += of_splits(self.where, subjects, splits)
        return (
            found
            + self._of_numbers()
            + of_ages(self.where, self.facts)
            + self._of_splits()
        )

    def values(self) -> dict[str, Array]:
        """The values of all fields but x by name: y from a label or a number, c from covariates."""
        found = {}
        if self.covariates:
            found["c"] = np.stack([*self.covariates.values()], axis=1).astype("float32")
        if self.label is not None:
            found["y"] = plain(self.label)
        if self.number is not None:
            found["y"] = self.number.astype("float32")
        return found

    def fields(self, unit: str | None) -> dict[str, Field]:
        """The fields of these values."""
        values, found = self.values(), {}
        if self.covariates:
            found["c"] = Vector.of(
                values["c"], f"{self.name}: c", list(self.covariates)
            )
        if self.label is not None:
            found["y"] = Label.of(values["y"], self.name)
        if self.number is not None:
            found["y"] = Number.of(values["y"], f"{self.name}: y", unit)
        return found

    def official(self) -> Array | None:
        """The official split of every row, named as in ``Data``; ``None`` without such a column."""
        if self.splits is None:
            return None
        words = self.splits.tolist()
        return np.array([SPELLINGS.get(word.lower(), word) for word in words])

    def _of_numbers(self):
        found = []
        if self.number is not None:
            found += _no_numbers(
                self.where, "what should be a number", self.number.tolist()
            )
        for column, words in self.covariates.items():
            found += _no_numbers(self.where, repr(column), words.tolist())
        return found

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


def _check_single(columns):
    """Raises if several columns are said to be y."""
    given = {
        "label": columns.label,
        "number": columns.number,
        "target or mask": columns.partner,
    }
    told = [f"{option}={column!r}" for option, column in filled(given).items()]
    if len(told) > 1:
        raise ValueError(
            f"{' and '.join(told)}: y is one of them. Leave the other out."
        )


def _check_subjects(own, tested):
    """Raises if only one of two tables says whose the scans are."""
    if (SUBJECT in own.facts) != (SUBJECT in tested.facts):
        lacking = tested if SUBJECT in own.facts else own
        raise ValueError(
            f"{own.name}: {lacking.where} does not say whose the scans are, and the other table "
            f"does. Give both the column {SUBJECT!r}, or none."
        )


def _joined(first, second):
    """Values of two tables one after the other, by name as far as both have that name."""
    if first is None:
        return None
    if isinstance(first, dict):
        shared = among(first, second)
        return {name: _joined(first[name], second[name]) for name in shared}
    if isinstance(first, np.ndarray):
        return np.concatenate([first, second])
    return first + second


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
