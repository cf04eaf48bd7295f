"""A table of text: finds out how its columns are separated, and reads it in bounded memory."""

import csv
import itertools
import re
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import pyarrow
from pyarrow import csv as arrow

from kgen import console
from kgen.checks import counted, few
from kgen.data.listing import checked
from kgen.decoding import decoding
from kgen.fields.partial_label import MISSING, unknown
from kgen.names import mapped, repeated, without
from kgen.types import Array, Location, Names

# Bytes of text at a time: every block of 20,000 columns costs .2 s, and .5 GB at this size.
BLOCK = 40 * 2**20
LOOKED_AT = 10  # rows in which columns of words are recognised
# The name of a column without one, such as the row numbers that many programs write.
UNNAMED = "unnamed"
# What stands for a missing number, in every spelling.
NULLS = [
    " ",
    *arrow.ConvertOptions().null_values,
    *MISSING,
    *map(str.upper, MISSING),
    *map(str.title, MISSING),
]
SEPARATORS = {".csv": ",;\t", ".tsv": "\t"}  # by suffix, the likeliest first
NAMED = {",": "commas", ";": "semicolons", "\t": "tabs"}
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(e[+-]?\d+)?", re.IGNORECASE)
TABLE = "a table of numbers"
OTHERWISE = (
    "Each line needs as many values as the line of names; columns of words need a name: the "
    "options label=COLUMN, facts=COLUMN or drop=COLUMN of the data set. Or store the table anew as "
    "text in UTF-8."
)


class Table(NamedTuple):
    """The head of a text file with a line of names and one line per row.

    Args:
        path: of the file.
        name: str, of the data set, for messages.
        columns: list of str, the names.
        words: list of str, the columns that hold words in the first rows.
        separator: str, the separator between two columns.
        decimal: the decimal mark.

    Example:
        >>> numbers, words = Table.of("genes.csv", "csv:genes.csv").read(["TP53"], ["tissue"])
        >>> words["tissue"][:2].tolist()
        ['liver', 'brain']
    """

    path: Path
    name: str
    columns: list[str]
    words: list[str]
    separator: str
    decimal: str

    @classmethod
    def of(cls, path: Location, name: str) -> Self:
        """The head of a file; raises if it has none."""
        path = checked(path, name, "file")
        if not path.stat().st_size:
            raise ValueError(
                f"{name}: {path.name} is empty, a file of 0 bytes. Leave it out."
            )
        with decoding(path, TABLE, OTHERWISE):
            separator, names, rows = _first_rows(path)
        if not any(rows):
            raise ValueError(
                f"{name}: {path.name} holds no values: a line of names, and one line per row, are "
                "needed."
            )
        twice = repeated(names)
        if twice:
            raise ValueError(
                f"{name}: several columns are called {few(twice)}. Give each its own name."
            )
        columns = dict(zip(names, zip(*rows, strict=False), strict=False))
        decimal = _decimal_mark(separator, columns)
        words = []
        for column, texts in columns.items():
            if _has_words(texts, decimal):
                words.append(column)
        return cls(path, name, names, words, separator, decimal)

    @property
    def samples(self) -> None:
        """None: no column is known to name the samples."""
        return None

    @property
    def known(self) -> list[str]:
        """Empty: no column comes from a second table."""
        return []

    @property
    def notes(self) -> tuple[str, ...]:
        """A note on how the file is read, if that is not as its suffix says."""
        if self.separator == _separators(self.path)[0] and self.decimal == ".":
            return ()
        comma = ", the decimal mark is a comma" * (self.decimal == ",")
        return (
            f"{self.path.name}: columns are separated by {NAMED[self.separator]}{comma}.",
        )

    def read(self, numbers: Names, words: Names = ()) -> tuple[Array, dict[str, Array]]:
        """The columns of numbers as one array (n, columns), float32, and those of words by name."""
        check_there(self.path, [*numbers, *words], self.columns)
        types = {
            **dict.fromkeys(numbers, pyarrow.float32()),
            **dict.fromkeys(words, pyarrow.string()),
        }
        options = arrow.ConvertOptions(
            column_types=types,
            include_columns=[*numbers, *words],
            decimal_point=self.decimal,
            null_values=NULLS,
        )
        with decoding(self.path, TABLE, OTHERWISE):
            # Threads would read far ahead, and so fill the memory.
            given = {"column_names": self.columns, "skip_rows": 1}
            reading = arrow.ReadOptions(
                block_size=_block(self.path), use_threads=False, **given
            )
            parsing = arrow.ParseOptions(delimiter=self.separator)
            reader = arrow.open_csv(self.path, reading, parsing, options)
            found = _filled(
                reader,
                np.empty((_most_rows(self.path), len(numbers)), "float32"),
                words,
            )
            pyarrow.default_memory_pool().release_unused()
        return found


def check_there(path: Location, columns: Names, there: Names) -> None:
    """Raises if a file lacks columns of a training."""
    lacking = without(columns, there)
    if lacking:
        raise ValueError(
            f"{path} lacks {few(lacking)}, columns of the training. It has {few(list(there))}. "
            f"{len(columns) - len(lacking)} of {len(columns)} are in both: the option "
            f"shared_with={path} of the data set leaves the others out of a training."
        )


def missing(words: Array) -> Array:
    """Which words stand for a missing value."""
    return unknown(words)


def check_filled(path: Location, column: str, words: Array) -> None:
    """Raises if words of a column are missing."""
    empty = np.flatnonzero(missing(words))
    if len(empty):
        raise ValueError(
            f"{path}: {column!r} is missing in {counted(len(empty), 'row')}, first in row "
            f"{empty[0]}. Fill it, or leave these rows out."
        )


def _first_rows(path):
    """The separator of the columns, their names, and the first rows."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        lines = list(itertools.islice(file, 1 + LOOKED_AT))
    # Not with pyarrow, which would keep a third of a gigabyte for the types of 20,000 columns.
    unquoted = re.sub('"[^"]*"', "", "".join(lines[:1]))
    separator = max(_separators(path), key=unquoted.count)
    names, *rows = csv.reader(lines, delimiter=separator)
    names = [name.strip() or UNNAMED for name in names]
    return separator, names, list(filter(None, rows))


def _separators(path):
    """The possible separators of columns by the file's suffix, the likeliest first."""
    return SEPARATORS.get(path.suffix.lower(), SEPARATORS[".csv"])


def _decimal_mark(separator, columns):
    if separator == ",":
        return "."
    every = itertools.chain.from_iterable(columns.values())
    has_commas = any(map(DECIMAL_COMMA.fullmatch, map(str.strip, every)))
    return "," if has_commas else "."


def _has_words(texts, decimal):
    return any(_is_word(text, decimal) for text in texts)


def _is_word(text, decimal):
    try:
        float(text.replace(decimal, ".") or "nan")
    except ValueError:
        return text.strip().lower() not in MISSING
    return False


def _filled(reader, table, words):
    """The table, cut to the rows of the file, and its columns of words."""
    start, texts = 0, {word: [] for word in words}
    with console.bar(len(table), "Reading rows", "row") as bar:
        for batch in reader:
            rows = slice(start, start + batch.num_rows)
            if table.shape[1]:
                numbers = batch.select(range(table.shape[1]))
                table[rows] = numbers.to_tensor(null_to_nan=True).to_numpy()
            for word in words:
                texts[word].append(batch.column(word).to_numpy(zero_copy_only=False))
            start = rows.stop
            bar.update(batch.num_rows)
    return table[:start], mapped(_joined, texts)


def _joined(parts):
    """Words without the spaces that many programs write after a separator."""
    return np.char.strip(np.concatenate(parts).astype(str))


def _block(path):
    """The number of bytes to read at a time: enough for several rows, however long they are."""
    with path.open("rb") as file:
        longest = max(map(len, itertools.islice(file, 3)), default=0)
    return max(BLOCK, 4 * longest)


def _most_rows(path):
    """An upper bound of the number of rows of the file: its lines."""
    lines = 1
    with path.open("rb") as file:
        while piece := file.read(2**24):
            # Lines end with either mark, or with both.
            lines += max(piece.count(b"\n"), piece.count(b"\r"))
    return lines
