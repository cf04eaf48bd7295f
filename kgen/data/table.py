from collections import Counter
from typing import NamedTuple

import numpy as np

from kgen.checks import counted, few, hint
from kgen.data.data import Data
from kgen.data.delimited import Table, missing
from kgen.data.subjects import SUBJECT
from kgen.fields import Label, Number, Vector


class Columns(NamedTuple):
    """Which columns of a table are what, by name."""

    x: list
    c: list
    label: str | None
    number: str | None
    facts: list
    subject: str | None

    @property
    def numbers(self):
        """Columns that hold numbers."""
        return [*self.x, *self.c, *([self.number] if self.number else [])]

    @property
    def words(self):
        """Columns that may hold words."""
        return [*self.facts, *(column for column in (self.label, self.subject) if column)]


def read(
    argument, name, label: str | None = None, number: str | None = None, unit: str | None = None,
    covariates: list = (), facts: list = (), drop: list = (), drop_constant: bool = False,
    subject: str | None = None, test: str | None = None,
):  # fmt: skip
    """Vectors from a table with a line of names, a row each: every column that is nothing else is a number of x.

    Args:
        label: the column of classes, words or whole numbers: the field y.
        number: the column of a number such as age, instead: the field y.
        unit: of that number, such as years.
        covariates: columns of the field c, beside x.
        facts: columns that only tests and reports see, such as subject or site.
        drop: columns that are left out.
        drop_constant: leave out columns of x that have one value.
        subject: the column of whose a row is: no subject is in two splits.
        test: another file with the same columns, kept for the test.
    """
    table = Table.of(argument, name)
    columns = _columns(table, label, number, covariates, facts, drop, subject)
    values, kept = _read(table, columns)
    tested, test_facts = _read(Table.of(test, name), columns) if test else (None, None)
    fields = _fields(name, values, columns, unit)
    given = {"test": tested, "facts": kept, "test_facts": test_facts, "notes": table.notes}
    return Data.from_arrays(name, values, fields, **given, in_place=True, drop_constant=drop_constant)


def _columns(table, label, number, covariates, facts, drop, subject):
    """What each column of the file is; raises for unknown names and for words where numbers should be."""
    if label and number:
        raise ValueError(f"label={label!r} and number={number!r}: y is one of them. Leave the other out.")
    one = {"label": [label], "number": [number], "subject": [subject]}
    roles = {**one, "covariates": covariates, "facts": facts, "drop": drop}
    for option, chosen in roles.items():
        _check_there(table, option, [column for column in chosen if column])
    aside = [column for chosen in roles.values() for column in chosen if column]
    _check_once(aside)
    x = [column for column in table.columns if column not in aside]
    if not x:
        raise ValueError(f"{table.name}: no column is left for x. It has {few(table.columns)}.")
    columns = Columns(x, list(covariates), label, number, list(facts), subject)
    _check_numbers(table.name, [column for column in columns.numbers if column in table.words])
    return columns


def _read(table, columns):
    """The arrays of the fields, and of the facts, of a file."""
    numbers, texts = table.read(columns.numbers, columns.words)
    first, second = len(columns.x), len(columns.x) + len(columns.c)
    values = {"x": numbers[:, :first]}
    if columns.c:
        values["c"] = numbers[:, first:second]
    if columns.number:
        values["y"] = numbers[:, second]
    if columns.label:
        _check_filled(table.path, columns.label, texts[columns.label])
        values["y"] = _plain(texts[columns.label])
    return values, _facts(table.path, columns, texts)


def _fields(name, values, columns, unit):
    fields = {"x": Vector.of(values["x"], f"{name}: x", columns.x)}
    if columns.c:
        fields["c"] = Vector.of(values["c"], f"{name}: c", columns.c)
    if columns.label:
        fields["y"] = Label.of(values["y"], f"{name}: {columns.label}")
    if columns.number:
        fields["y"] = Number.of(values["y"], f"{name}: {columns.number}", unit)
    return fields


def _facts(path, columns, texts):
    facts = {fact: texts[fact] for fact in columns.facts}
    if columns.subject:
        _check_filled(path, columns.subject, texts[columns.subject])
        facts[SUBJECT] = texts[columns.subject]
    return facts


def _check_filled(path, column, words):
    empty = np.flatnonzero(missing(words))
    if len(empty):
        raise ValueError(
            f"{path}: {column!r} is missing in {counted(len(empty), 'row')}, first in row {empty[0]}. Fill it, or "
            "leave these rows out."
        )


def _plain(words):
    """Labels that are written as whole numbers from 0 without gaps as such; others stay words."""
    if not all(word.isdecimal() for word in np.unique(words)):
        return words
    numbers = words.astype("int64")
    return numbers if len(np.unique(numbers)) == numbers.max() + 1 else words


def _check_once(chosen):
    twice = [column for column, count in Counter(chosen).items() if count > 1]
    if twice:
        raise ValueError(f"The column {twice[0]!r} is chosen for two roles. Give it one of them.")


def _check_there(table, option, chosen):
    for column in chosen:
        if column not in table.columns:
            meant = hint(column, table.columns)
            raise ValueError(
                f"{option}={column!r}: {table.name} has no such column.{meant} It has {few(table.columns)}."
            )


def _check_numbers(name, words):
    if words:
        roles = ", ".join(f"{role}={words[0]}" for role in ("label", "subject", "facts"))
        raise ValueError(
            f"{name}: words stand where numbers should be, in {few(words)}. Say what each column is: "
            f"the options {roles} or drop={words[0]} of the data set."
        )
