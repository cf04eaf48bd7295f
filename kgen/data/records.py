from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from kgen.checks import few, hint
from kgen.data.delimited import Table, check_filled, missing
from kgen.data.subjects import SUBJECT
from kgen.names import without
from kgen.types import Array, Location


class Records(NamedTuple):
    """A table with one line per file: which file, whose it is, and what else is known of it.

    Args:
        path: of the table.
        name: str, of the data set, for messages.
        words: dict from each column to an array of texts.
        notes: tuple of str, how the table is read, if that is not as its suffix says.

    Example:
        >>> records = Records.of("people.csv", "folder:slices")
        >>> [file.name for file in records.files("file")][:2]
        ['slice_0.png', 'slice_1.png']
    """

    path: Path
    name: str
    words: dict
    notes: tuple

    @classmethod
    def of(cls, path: Location, name: str) -> Self:
        """The records of a text file; raises if it cannot be read."""
        table = Table.of(path, name)
        _, words = table.read([], table.columns)
        return cls(table.path, name, words, table.notes)

    def __len__(self) -> int:
        return len(next(iter(self.words.values())))

    def column(self, option: str, column: str) -> Array:
        """The texts of a column that an option names; raises if it, or a text in it, is missing."""
        if column not in self.words:
            meant = hint(column, self.words)
            there = few(list(self.words))
            raise ValueError(
                f"{option}={column!r}: {self.path} has no such column.{meant} It has {there}."
            )
        check_filled(self.path, column, self.words[column])
        return self.words[column]

    def files(self, column: str, option: str = "file") -> list[Path]:
        """The paths in a column, relative to the folder of the table."""
        texts = self.column(option, column).tolist()
        return list(map(self.path.parent.joinpath, texts))

    def facts(
        self, beside: Collection[str | None] = (), subject: str = SUBJECT
    ) -> dict[str, Array]:
        """All columns but some: numeric ones as numbers with NaN for missing, subjects as names."""
        told = without(self.words, [*beside, subject])
        facts = {name: _numbers(self.words[name]) for name in told}
        if subject in self.words:
            facts[SUBJECT] = self.column("subject", subject)
        return facts


def _numbers(texts):
    """Texts as numbers, if all that are not missing are numbers; else the texts."""
    lacking = missing(texts)
    try:
        return np.where(lacking, "nan", texts).astype("float64")
    except ValueError:
        return texts
