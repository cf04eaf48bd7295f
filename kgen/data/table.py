import csv
import difflib
import itertools
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow
from pyarrow import csv as arrow

from kgen import console
from kgen.data.data import Data
from kgen.data.listing import checked_file
from kgen.data.subjects import SUBJECT
from kgen.decoding import decoding
from kgen.fields import Label, Number, Vector

BLOCK = 5 * 2**20  # bytes of text at a time: a block of many columns takes many times its size
LOOKED_AT = 10  # rows in which columns of words are seen
MISSING = "na", "n/a", "null", "none"
NAMED = 5  # columns in a message
TABLE = "a table of numbers"
OTHERWISE = (
    "Name columns of words: the options label=COLUMN, facts=COLUMN or drop=COLUMN of the data set; or store the table "
    "anew as text in UTF-8, a line of names and a line a row."
)


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
    columns = _columns(argument, name, label, number, covariates, facts, drop, subject)
    values, kept = _read(argument, name, columns)
    tested, test_facts = _read(test, name, columns) if test else (None, None)
    fields = _fields(name, values, columns, unit)
    given = {"test": tested, "facts": kept, "test_facts": test_facts}
    return Data.from_arrays(name, values, fields, **given, in_place=True, drop_constant=drop_constant)


def _columns(path, name, label, number, covariates, facts, drop, subject):
    """What each column of the file is; raises for unknown names and for words where numbers should be."""
    if label and number:
        raise ValueError(f"label={label!r} and number={number!r}: y is one of them. Leave the other out.")
    names, words = _head(path, name)
    one = {"label": [label], "number": [number], "subject": [subject]}
    roles = {**one, "covariates": covariates, "facts": facts, "drop": drop}
    for option, chosen in roles.items():
        _check_there(name, option, [column for column in chosen if column], names)
    aside = [column for chosen in roles.values() for column in chosen if column]
    _check_once(aside)
    x = [column for column in names if column not in aside]
    if not x:
        raise ValueError(f"{name}: no column is left for x. It has {_few(names)}.")
    columns = Columns(x, list(covariates), label, number, list(facts), subject)
    _check_numbers(name, [column for column in columns.numbers if column in words])
    return columns


def _head(path, name):
    """The names of the columns, and of those that hold words in the first rows."""
    path = checked_file(path, name)
    # pyarrow would keep a third of a gigabyte for the types of 20,000 columns.
    with decoding(path, TABLE, OTHERWISE), path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        rows = csv.reader(file, delimiter=_separator(name))
        names, first = next(rows, []), list(itertools.islice(rows, LOOKED_AT))
    twice = [column for column, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{name}: several columns are called {_few(twice)}. Give each its own name.")
    columns = zip(*first, strict=False)
    words = [column for column, values in zip(names, columns, strict=False) if any(map(_is_word, values))]
    return names, words


def _is_word(text):
    try:
        float(text or "nan")
    except ValueError:
        return text.strip().lower() not in MISSING
    return False


def _read(path, name, columns):
    """The arrays of the fields, and of the facts, of a file."""
    numbers, words = columns.numbers, columns.words
    types = {**dict.fromkeys(numbers, pyarrow.float32()), **dict.fromkeys(words, pyarrow.string())}
    options = arrow.ConvertOptions(column_types=types, include_columns=[*numbers, *words])
    checked_file(path, name)
    with decoding(path, TABLE, OTHERWISE):
        # Threads would read far ahead, and so fill the memory.
        reading = arrow.ReadOptions(block_size=_block(path), use_threads=False)
        reader = arrow.open_csv(path, reading, _parsing(name), options)
        table, texts = _filled(reader, np.empty((_most_rows(path), len(numbers)), "float32"), words)
        pyarrow.default_memory_pool().release_unused()
    first, second = len(columns.x), len(columns.x) + len(columns.c)
    values = {"x": table[:, :first]}
    if columns.c:
        values["c"] = table[:, first:second]
    if columns.number:
        values["y"] = table[:, second]
    if columns.label:
        _check_filled(path, columns.label, texts[columns.label])
        values["y"] = _plain(texts[columns.label])
    return values, _facts(path, columns, texts)


def _filled(reader, table, words):
    """The table with the rows of the file, as far as they go, and its columns of words."""
    start, texts = 0, {word: [] for word in words}
    with console.bar(len(table), "Reading rows", "row") as bar:
        for batch in reader:
            rows = slice(start, start + batch.num_rows)
            numbers = batch.select(range(table.shape[1]))
            table[rows] = numbers.to_tensor(null_to_nan=True).to_numpy()
            for word in words:
                texts[word].append(batch.column(word).to_numpy(zero_copy_only=False))
            start = rows.stop
            bar.update(batch.num_rows)
    return table[:start], {word: np.concatenate(parts).astype(str) for word, parts in texts.items()}


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


def _check_filled(path, label, words):
    missing = np.flatnonzero(np.isin(np.char.lower(words), ["", *MISSING]))
    if len(missing):
        raise ValueError(
            f"{path}: {label!r} is missing in {len(missing)} rows, first in row {missing[0]}. Fill it, "
            "or leave these rows out."
        )


def _plain(words):
    """Labels that are written as whole numbers from 0 without gaps as such; others stay words."""
    if not all(word.isdecimal() for word in np.unique(words)):
        return words
    numbers = words.astype("int64")
    return numbers if len(np.unique(numbers)) == numbers.max() + 1 else words


def _block(path):
    """How many bytes are read at a time: several rows, however long they are."""
    with Path(path).open("rb") as file:
        return max(BLOCK, *(4 * len(file.readline()) for _ in range(3)))


def _most_rows(path):
    """No fewer rows than the file has: its lines."""
    with Path(path).open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(2**24), b"")) + 1


def _parsing(name):
    return arrow.ParseOptions(delimiter=_separator(name))


def _separator(name):
    return "\t" if name.startswith("tsv:") else ","


def _check_once(chosen):
    twice = [column for column, count in Counter(chosen).items() if count > 1]
    if twice:
        raise ValueError(f"The column {twice[0]!r} is chosen for two roles. Give it one of them.")


def _check_there(name, option, chosen, known):
    for column in chosen:
        if column not in known:
            near = difflib.get_close_matches(column, known, n=3, cutoff=0.4)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise ValueError(f"{option}={column!r}: {name} has no such column.{hint} It has {_few(known)}.")


def _check_numbers(name, words):
    if words:
        raise ValueError(
            f"{name}: {_few(words)} hold words where numbers should be. Say what they are: "
            f"the options label={words[0]}, facts={words[0]} or drop={words[0]} of the data set."
        )


def _few(names):
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(map(repr, names[:NAMED])) + more
