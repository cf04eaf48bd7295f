from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from kgen.checks import few
from kgen.data.delimited import Table, check_there
from kgen.names import places, repeated, without
from kgen.types import Array, Location, Names

SAMPLES = "sample"  # the default name of the column of sample names


class Transposed(NamedTuple):
    """A table whose rows are genes, read as one whose rows are samples.

    Its first column holds the names of the genes, its first line those of the samples.

    Args:
        table: ``Table`` of the file.
        genes: list of str, the names of the rows.
        samples: str, the name of the column of sample names.

    Example:
        >>> table = Transposed.of("genes.tsv", "tsv:genes.tsv")
        >>> numbers, words = table.read(["TP53"], ["sample"])
        >>> words["sample"][:2].tolist()
        ['sample_0', 'sample_1']
    """

    table: Table
    genes: list[str]
    samples: str

    @classmethod
    def of(cls, path: Location, name: str, samples: str | None = None) -> Self:
        """The head of a file; raises if a gene is in several rows."""
        table = Table.of(path, name)
        first, *others = table.columns
        if words := without(table.words, [first]):
            raise ValueError(
                f"{name}: words stand where numbers should be, in {few(words)}. Leave such columns "
                "out."
            )
        if not others:
            raise ValueError(
                f"{name}: {table.path.name} holds names of genes and no sample."
            )
        genes = table.read([], [first])[1][first].tolist()
        twice = repeated(genes)
        if twice:
            raise ValueError(
                f"{name}: several rows are called {few(twice)}. Give each gene one row."
            )
        return cls(table, genes, samples or SAMPLES)

    @property
    def known(self) -> list[str]:
        """Empty: no column comes from a second table."""
        return []

    @property
    def path(self) -> Path:
        """The file."""
        return self.table.path

    @property
    def name(self) -> str:
        """The name of the data set."""
        return self.table.name

    @property
    def notes(self) -> tuple[str, ...]:
        """How the file is read."""
        return (
            *self.table.notes,
            f"{self.path.name}: genes are rows, samples are columns.",
        )

    @property
    def columns(self) -> list[str]:
        """The name of the column of samples, and the genes."""
        return [self.samples, *self.genes]

    @property
    def words(self) -> list[str]:
        """The columns that hold words."""
        return [self.samples]

    def read(self, numbers: Names, words: Names = ()) -> tuple[Array, dict[str, Array]]:
        """The genes as one array (n, genes), float32, and the names of the samples."""
        _, *samples = self.table.columns
        values, _ = self.table.read(samples)
        texts = {word: np.array(samples) for word in words}
        return self._chosen(values, numbers).T, texts

    def _chosen(self, values, genes):
        """The rows of some genes; all of them without a copy."""
        if genes == self.genes:
            return values
        check_there(self.path, genes, self.genes)
        return values[places(self.genes, genes)]
