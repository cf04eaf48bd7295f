from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from kgen.checks import counted, few
from kgen.data.delimited import Table, check_filled
from kgen.data.expression.transposed import Transposed
from kgen.data.split import at
from kgen.names import among, places, without
from kgen.types import Array, Location, Names

MOSTLY = 0.5  # share of the sample names above which the columns of a table are samples


class Joined(NamedTuple):
    """A table of values and a table about its samples, joined by the names of the samples.

    It reads as a ``Table`` of the columns of both.

    Args:
        table: ``Table`` or ``Transposed``, of the values.
        covariates: ``Table``; samples that only this table has are ignored.
        samples: str, the column of both that names the samples.
        common: bool, leaves out samples that the second table lacks.

    Example:
        >>> from kgen.data.delimited import Table
        >>> table = Table.of("expression.csv", "csv:expression.csv")
        >>> joined = Joined.of(table, "covariates.csv", "sample")
        >>> numbers, words = joined.read(["TP53"], ["sex"])
        >>> words["sex"][:2].tolist()
        ['female', 'male']
    """

    table: Table | Transposed
    covariates: Table
    samples: str
    common: bool = False

    @classmethod
    def of(
        cls,
        table: Table | Transposed,
        file: Location,
        samples: str | None = None,
        common: bool = False,
    ) -> Self:
        """The two tables; raises if no column names the samples in both, or if genes are rows."""
        covariates = Table.of(file, f"{table.name}: covariates_file={file}")
        shared = among(covariates.columns, table.columns)
        samples = samples or next(iter(shared), None)
        if samples not in shared:
            _check_no_samples_across(
                table, covariates, samples or covariates.columns[0]
            )
            raise ValueError(_unnamed(table, covariates, samples))
        return cls(table, covariates, samples, common)

    @property
    def path(self) -> Path:
        """The file of the values."""
        return self.table.path

    @property
    def name(self) -> str:
        """The name of the data set."""
        return self.table.name

    @property
    def notes(self) -> tuple[str, ...]:
        """How both files are read."""
        return (*self.table.notes, *self.covariates.notes)

    @property
    def known(self) -> list[str]:
        """The columns of the second table that are not the samples' names."""
        return without(self.covariates.columns, [self.samples])

    @property
    def columns(self) -> list[str]:
        """The columns of both tables; raises if both have another column of the same name."""
        twice = among(self.known, self.table.columns)
        if twice:
            raise ValueError(
                f"{self.name}: both tables have columns {few(twice)}. Rename or remove those of "
                "one."
            )
        return [*self.table.columns, *self.known]

    @property
    def words(self) -> list[str]:
        """The columns that hold words."""
        return list(
            dict.fromkeys([self.samples, *self.table.words, *self.covariates.words])
        )

    def read(self, numbers: Names, words: Names = ()) -> tuple[Array, dict[str, Array]]:
        """The columns of numbers as one array (n, columns), float32, and those of words by name."""
        own_numbers, their_numbers = self._parted(numbers)
        own_words, their_words = self._parted(words)
        own_words = list(dict.fromkeys([self.samples, *own_words]))
        values, texts = self.table.read(own_numbers, own_words)
        known, told = self.covariates.read(their_numbers, [self.samples, *their_words])
        rows, their_rows = self._rows(texts[self.samples], told[self.samples])
        if len(rows) < len(values):
            values, texts = values[rows], at(texts, rows)
        for word in their_words:
            texts[word] = told[word][their_rows]
        return _beside(
            values, known[their_rows], [*own_numbers, *their_numbers], numbers
        ), texts

    def _parted(self, columns):
        """The columns of the first table, and those of the second."""
        return without(columns, self.known), among(columns, self.known)

    def _rows(self, samples, known):
        """The rows of the first table that are read, and the row of each in the second."""
        check_once(self.path, self.samples, samples)
        check_once(self.covariates.path, self.samples, known)
        lacking = without(samples.tolist(), known.tolist())
        if lacking and (not self.common or len(lacking) == len(samples)):
            raise ValueError(_lacking(self, lacking, len(samples)))
        rows = np.flatnonzero(np.isin(samples, known))
        return rows, places(known.tolist(), samples[rows].tolist())


def check_once(path: Location, column: str, samples: Array) -> None:
    """Raises if a sample has no name, or the name of another sample."""
    check_filled(path, column, samples)
    names, counts = np.unique(samples, return_counts=True)
    if len(twice := names[counts > 1]):
        raise ValueError(
            f"{path}: several rows are called alike, of {counted(len(twice), 'sample')} in "
            f"{column!r}: {few(twice.tolist())}. Give each its own name, or leave repetitions out."
        )


def _check_no_samples_across(table, covariates, samples):
    """Raises if the columns of the first table are named like the samples of the second."""
    if samples not in covariates.columns:
        return
    names = set(covariates.read([], [samples])[1][samples].tolist())
    if len(names & set(table.columns)) > MOSTLY * len(names):
        raise ValueError(
            f"{table.path} holds genes as rows: its columns are samples of {covariates.path.name}. "
            "Read it with the option transposed=true of the data set."
        )


def _unnamed(table, covariates, samples):
    given = f"samples={samples!r}: " if samples else ""
    return (
        f"{table.name}: {given}a column of both tables has to name the samples, with "
        f"samples=COLUMN. {table.path.name} has {few(table.columns)}; {covariates.path.name} has "
        f"{few(covariates.columns)}."
    )


def _lacking(joined, lacking, total):
    way = "Give them a row there, or leave them out with the option common=true of the data set."
    if len(lacking) == total:
        way = "Are these the files of the same samples?"
    return (
        f"{joined.covariates.path} lacks {len(lacking)} of {counted(total, 'sample')} of "
        f"{joined.path.name}: {few(lacking)}. {way}"
    )


def _beside(values, known, read, wanted):
    """Both arrays side by side, columns in the wanted order; the first alone if it is all."""
    if not known.shape[1]:
        return values
    return np.hstack([values, known])[:, places(read, wanted)]
