"""Divides values before x is read: x may then lie in a file split after split, never copied."""

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

import numpy as np

from kgen.data.ages import AGE
from kgen.data.data import Data
from kgen.data.dividing import TEST, VALIDATION, parts_of, told
from kgen.data.fold import Fold
from kgen.data.official import TRAIN
from kgen.data.shares import USUAL, Shares
from kgen.data.split import Split, at
from kgen.data.subjects import SUBJECT
from kgen.fields import Field
from kgen.types import Array, Arrays

ROW = "row"


class Order(NamedTuple):
    """The rows of the three splits in sequence, and everything except x that is known of them.

    Args:
        name: str, of the data set.
        values: dict of arrays of the fields except x.
        fields: dict of these fields.
        facts: dict of arrays.
        parts: list of three arrays of rows.
        drawn: list of the splits that are not official.
        fold: ``Fold`` or ``None``.
        shares: ``Shares`` of the splits that are drawn.
    """

    name: str
    values: Arrays
    fields: Mapping[str, Field]
    facts: Arrays
    parts: list[Array]
    drawn: list[str]
    fold: Fold | None
    shares: Shares = USUAL

    @classmethod
    def of(
        cls,
        name: str,
        count: int,
        values: Arrays,
        fields: Mapping[str, Field],
        facts: Arrays,
        fold: Fold | None = None,
        official: Array | None = None,
        shares: Shares = USUAL,
    ) -> Self:
        """The order of ``count`` rows; ``official`` names the split of each row, if known."""
        stored = {field: fields[field].stored(part) for field, part in values.items()}
        whole = Split({**stored, ROW: np.arange(count)}, fields, facts)
        rows = _official_rows(count, official)
        drawn = [part for part in (VALIDATION, TEST) if not len(rows[part])]
        training = rows[TRAIN]
        taken = parts_of(name, whole.subset(training), drawn, fold, shares)
        for part, indices in zip((TRAIN, *drawn), taken, strict=True):
            rows[part] = training[indices]
        return cls(
            name, stored, fields, facts, list(rows.values()), drawn, fold, shares
        )

    @property
    def rows(self) -> Array:
        """All rows, split after split."""
        return np.concatenate(self.parts)

    @property
    def pieces(self) -> list[Array]:
        """The positions of each split's rows in this order."""
        ends = np.cumsum([0, *map(len, self.parts)])
        return [np.arange(first, last) for first, last in itertools.pairwise(ends)]

    def data(
        self,
        x: Array,
        field: Field,
        notes: Sequence[str] = (),
        more: Mapping[str, tuple[Array, Field]] | None = None,
    ) -> Data:
        """The data set of x, and of ``more`` (array, field) pairs by name, all in this order."""
        values = {"x": x, **at(self.values, self.rows)}
        fields = {"x": field, **self.fields}
        for name, (array, kind) in (more or {}).items():
            values[name], fields[name] = array, kind
        return Data.from_arrays(
            self.name,
            values,
            fields,
            facts=at(self.facts, self.rows),
            notes=(*notes, *self.shares_told()),
            in_place=True,
            parts=self.pieces,
            fold=self.fold,
        )

    def shares_told(self) -> tuple[str, ...]:
        """The note on the shares of the splits, unless subjects are counted."""
        if SUBJECT in self.facts:
            return ()
        has_classes = (
            Split(self.values, self.fields).labels is not None if self.values else False
        )
        return (
            told(self.drawn, has_classes, AGE in self.facts, self.fold, self.shares),
        )


def _official_rows(count, official):
    """The rows of each split that ``official`` names; all rows are for training without it."""
    if official is None:
        none = np.array([], int)
        return {TRAIN: np.arange(count), VALIDATION: none, TEST: none}
    return {
        part: np.flatnonzero(official == part) for part in (TRAIN, VALIDATION, TEST)
    }
