import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from kgen.checks import counted, few, hint
from kgen.data.ages import AGE, of_ages
from kgen.data.array_faults import of_people
from kgen.data.data import Data
from kgen.data.delimited import Table, check_filled, missing
from kgen.data.expression.joined import Joined, check_once
from kgen.data.expression.transposed import Transposed
from kgen.data.expression.values import (
    check_apart,
    check_counts,
    check_measured,
    measured,
)
from kgen.data.faults import Fault
from kgen.data.fold import Fold
from kgen.data.options import NO_NAMES
from kgen.data.shares import Shares
from kgen.data.subjects import SUBJECT
from kgen.fields import Label, Number, Vector
from kgen.names import among, filled, picked, repeated, without
from kgen.types import Array

# The names of a column of genes, in a table whose rows are genes.
GENES = re.compile("gene|symbol|ensembl|probe|feature|^unnamed$", re.IGNORECASE)


class Columns(NamedTuple):
    """Which columns of a table are what, by name."""

    x: list[str]
    c: list[str]
    label: str | None
    number: str | None
    facts: list[str]
    subject: str | None
    samples: str | None

    @property
    def numbers(self) -> list[str]:
        """Columns that hold numbers."""
        return [*self.x, *self.c, *filter(None, [self.number])]

    @property
    def words(self) -> list[str]:
        """Columns that may hold words."""
        return [*self.facts, *filter(None, [self.label, self.subject, self.samples])]


def read(
    argument: str, name: str, label: str | None = None, number: str | None = None,
    unit: str | None = None, covariates: list = NO_NAMES, facts: list = NO_NAMES,
    drop: list = NO_NAMES, drop_constant: bool = False, subject: str | None = None,
    test: str | None = None, samples: str | None = None, covariates_file: str | None = None,
    transposed: bool = False, genes: int | None = None, counts: bool = False,
    shared_with: str | None = None, common: bool = False, fold: int | None = None, folds: int = 5,
    test_share: float | None = None, validation_share: float | None = None,
    oversample: bool = False,
) -> Data:  # fmt: skip
    """Vectors from a table with a line of names and one row per vector.

    Every column without another role is a number of x.

    Args:
        label: the column of classes, words or whole numbers: the field y.
        number: the column of a number such as age, instead: the field y.
        unit: of that number, such as years.
        covariates: columns of the field c, beside x; the concepts of a concept bottleneck.
        facts: columns that only tests and reports see, such as subject or site.
        drop: columns that are left out.
        drop_constant: leave out columns of x that have one value.
        subject: the column that says whose a row is; no subject is in two splits.
        test: another file with the same columns, kept for the test.
        samples: the column of sample names; none is in two rows, or in training and in test.
        covariates_file: a table about the samples, found by their names; its columns are facts
            unless they have another role.
        transposed: rows are genes, columns are samples.
        genes: the number of columns of x to keep, those of the greatest median absolute deviation
            in training.
        counts: refuse values of x that are no counts.
        shared_with: another table; columns of x that it lacks are left out.
        common: leave out samples that covariates_file lacks.
        fold: the fold that is the test, from 0; folds are parts of all subjects, balanced in
            classes and ages.
        folds: how many folds there are.
        test_share: the test's share of all values; 0.15 by default.
        validation_share: the validation's share of the others; 0.1 by default.
        oversample: repeat training rows of rare age brackets until all are equally large.
    """
    opening = name, samples, covariates_file, transposed, common
    table = _opened(argument, *opening)
    columns = _columns(table, label, number, covariates, facts, drop, subject, samples)
    columns, notes = _shared(table, columns, shared_with)
    values, kept = _read(table, columns, counts)
    tested = _tested(_opened(test, *opening), columns, counts, kept) if test else {}
    data = Data.from_arrays(
        name,
        values,
        _fields(name, values, columns, unit),
        **tested,
        facts=kept,
        notes=(*table.notes, *notes),
        fold=Fold.of(fold, folds),
        shares=Shares.of(test_share, validation_share),
        in_place=True,
        drop_constant=drop_constant,
        most_varying=genes,
    )
    return data.oversampled() if oversample else data


def faults(
    argument: str, name: str, label: str | None, number: str | None, covariates: Sequence[str],
    facts: Sequence[str], drop: Sequence[str], subject: str | None, test: str | None,
    samples: str | None, covariates_file: str | None, transposed: bool, shared_with: str | None,
    common: bool, **_: object,
) -> list[Fault]:  # fmt: skip
    """All faults of the rows of a table; the parameters are those of ``read``."""
    opening = name, samples, covariates_file, transposed, common
    files = filter(None, [argument, test])
    tables = [_opened(file, *opening) for file in files]
    columns = _columns(
        tables[0], label, number, covariates, facts, drop, subject, samples
    )
    columns, _ = _shared(tables[0], columns, shared_with)
    found, whose, labels = [], [], None
    for table in tables:
        numbers, texts = table.read(columns.numbers, columns.words)
        found += _gaps(table.path.name, columns, numbers, texts)
        found += of_ages(table.path.name, _facts(columns, numbers, texts))
        whose.append(texts[subject] if subject else None)
        labels = texts[label] if label and labels is None else labels
    return [*found, *of_people(tables[0].path.name, labels, *whose)]


def _gaps(where, columns, numbers, texts):
    """The columns in which values are missing."""
    lacking = dict(
        zip(columns.numbers, np.isnan(numbers).sum(axis=0).tolist(), strict=True)
    )
    rows = len(numbers)
    for column in filter(None, [columns.label, columns.subject]):
        lacking[column] = int(missing(texts[column]).sum())
    faults = []
    for column, count in filled(lacking).items():
        faults.append(_gap(where, column, count, rows))
    return faults


def _gap(where, column, count, rows):
    if count == rows:
        return Fault(
            where,
            f"{column!r} is missing in every row",
            f"Leave the column out: drop={column}.",
        )
    return Fault(
        where,
        f"{column!r} is missing in {counted(count, 'row')}",
        "Fill it, or leave these rows out.",
    )


def _opened(path, name, samples, file, transposed, common):
    """The head of a file, joined with the table about its samples, if any."""
    table = Transposed.of(path, name, samples) if transposed else Table.of(path, name)
    return Joined.of(table, file, samples, common) if file else table


def _columns(table, label, number, covariates, facts, drop, subject, samples):
    """The role of each column; raises for unknown names and for words where numbers should be."""
    samples = table.samples or samples
    if label and number:
        raise ValueError(
            f"label={label!r} and number={number!r}: y is one of them. Leave the other out."
        )
    single = {"label": label, "number": number, "subject": subject, "samples": samples}
    roles = {option: [column] for option, column in single.items() if column}
    roles |= {"covariates": covariates, "facts": facts, "drop": drop}
    for option, chosen in roles.items():
        _check_there(table, option, chosen)
    aside = list(chain.from_iterable(roles.values()))
    _check_once(aside)
    told = without(table.known, aside)
    x = without(table.columns, [*aside, *told])
    if not x:
        raise ValueError(
            f"{table.name}: no column is left for x. It has {few(table.columns)}."
        )
    columns = Columns(
        x, list(covariates), label, number, [*facts, *told], subject, samples
    )
    _check_numbers(table.name, among(columns.numbers, table.words))
    return columns


def _shared(table, columns, file):
    """The columns without the columns of x that another table lacks, and a note on this."""
    if file is None:
        return columns, ()
    other = Table.of(file, f"{table.name}: shared_with={file}")
    x = among(columns.x, other.columns)
    if not x:
        raise ValueError(
            f"shared_with={file!r} has no column of x in common with {table.path}: "
            f"{few(columns.x)}."
        )
    return columns._replace(x=x), (
        f"x: {len(x):,} of {counted(len(columns.x), 'column')}, those that {file} has too.",
    )


def _read(table, columns, counts):
    """The arrays of the fields, and of the facts, of a file."""
    numbers, texts = table.read(columns.numbers, columns.words)
    first = len(columns.x)
    second = first + len(columns.c)
    values = {"x": numbers[:, :first]}
    if columns.c:
        values["c"] = numbers[:, first:second]
    if columns.number:
        values["y"] = numbers[:, second]
    if columns.label:
        check_filled(table.path, columns.label, texts[columns.label])
        values["y"] = plain(texts[columns.label])
    if columns.subject:
        check_filled(table.path, columns.subject, texts[columns.subject])
    _check_samples(table, columns.samples, values["x"], texts, counts)
    return values, _facts(columns, numbers, texts)


def _tested(table, columns, counts, known):
    """The values and facts kept for the test; raises if a sample is in ``known`` facts too."""
    values, facts = _read(table, columns, counts)
    if columns.samples:
        check_apart(table.name, known[columns.samples], facts[columns.samples])
    return {"test": values, "test_facts": facts}


def _check_samples(table, samples, x, texts, counts):
    """Raises if samples share a name or are unmeasured, or hold no counts where these are due."""
    named = texts.get(samples, np.arange(len(x)))
    if samples:
        check_once(table.path, samples, named)
    if samples or counts:
        check_measured(table.name, measured(x), named)
    if counts:
        check_counts(table.name, x, named)


def _fields(name, values, columns, unit):
    fields = {"x": Vector.of(values["x"], f"{name}: x", columns.x)}
    if columns.c:
        fields["c"] = Vector.of(values["c"], f"{name}: c", columns.c)
    if columns.label:
        fields["y"] = Label.of(values["y"], f"{name}: {columns.label}")
    if columns.number:
        fields["y"] = Number.of(values["y"], f"{name}: {columns.number}", unit)
    return fields


def _facts(columns, numbers, texts):
    """What is known of the rows beside their fields; an estimated age is a fact too."""
    told = [*columns.facts, *filter(None, [columns.samples])]
    facts = picked(texts, told)
    if columns.subject:
        facts[SUBJECT] = texts[columns.subject]
    if columns.number == AGE:
        facts[AGE] = numbers[:, columns.numbers.index(AGE)].astype("float64")
    return facts


def plain(words: Array) -> Array:
    """Labels as numbers if they are whole numbers from 0 without gaps; else as words."""
    if not all(map(str.isdecimal, np.unique(words))):
        return words
    numbers = words.astype("int64")
    return numbers if len(np.unique(numbers)) == numbers.max() + 1 else words


def _check_once(chosen):
    twice = repeated(chosen)
    if twice:
        raise ValueError(
            f"The column {twice[0]!r} is chosen for two roles. Give it one of them."
        )


def _check_there(table, option, chosen):
    for column in chosen:
        if column not in table.columns:
            meant = hint(column, table.columns)
            raise ValueError(
                f"{option}={column!r}: {table.name} has no such column.{meant} It has "
                f"{few(table.columns)}."
            )


def _check_numbers(name, words):
    if words:
        roles = "label={0}, subject={0}, facts={0} or drop={0}".format(words[0])
        genes = (
            " Or, if rows are genes: transposed=true." if GENES.search(words[0]) else ""
        )
        raise ValueError(
            f"{name}: words stand where numbers should be, in {few(words)}. Say what each column "
            f"is: the options {roles} of the data set.{genes}"
        )
