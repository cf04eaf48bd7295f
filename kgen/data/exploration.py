"""Explores what a table tells about a number, such as an age, before any training."""

from collections import Counter
from itertools import compress
from typing import NamedTuple, Self, cast

import numpy as np

from kgen.checks import counted, few
from kgen.data.ages import AGE, brackets_of, named
from kgen.data.delimited import Table, missing
from kgen.data.dividing import TEST, VALIDATION, parts_of
from kgen.data.fold import Fold
from kgen.data.shares import USUAL, Shares
from kgen.data.split import Split
from kgen.data.subjects import SPLITS, SUBJECT
from kgen.fields import Number
from kgen.names import among, picked, without
from kgen.types import Array, Location, Names

MOST_GROUPS = 40  # in one column; a column with more is not shown by group
SAME = 1 - 1e-9  # correlation of two columns that hold the same
UNDIVIDED = "not divided"
HEAD = (
    "column",
    "missing",
    "least",
    "median",
    "greatest",
    "mean",
    "deviation",
    "scaled least",
    "greatest",
    "r",
)


class Exploration(NamedTuple):
    """The columns of a table, and the number that is to be estimated from them.

    Args:
        name: str, of the table.
        target: str, the column of the number.
        ages: array (n,), that column.
        names: list of str, all other numeric columns.
        values: array (n, columns), NaN where a value is missing.
        groups: dict from a column of few different words, such as a site, to its array.
        split: array (n,) of the split of each row, in words.
        refused: str, why the rows cannot be divided; empty if they can.
    """

    name: str
    target: str
    ages: np.ndarray
    names: list[str]
    values: np.ndarray
    groups: dict[str, Array]
    split: np.ndarray
    refused: str

    @classmethod
    def of(
        cls,
        path: Location,
        name: str,
        number: str,
        subject: str | None = None,
        drop: Names = (),
        facts: Names = (),
        test: Location | None = None,
        fold: Fold | None = None,
        shares: Shares = USUAL,
    ) -> Self:
        """Explores a table, and another that is kept for the test; options are as in a training."""
        tables = [Table.of(file, name) for file in (path, test) if file]
        columns = without(tables[0].columns, drop)
        _check_target(tables[0], number)
        words = among(columns, [*tables[0].words, *facts, subject])
        plain = without(columns, [*words, number])
        values, texts, sizes = _read(tables, [*plain, number], words)
        ages = values[:, -1]
        whose = texts[subject] if subject in texts else np.arange(len(values))
        split, refused = _divided(name, ages, whose, sizes, fold, shares)
        groups = {column: found for column, found in texts.items() if _is_shown(found)}
        return cls(name, number, ages, plain, values[:, :-1], groups, split, refused)

    @property
    def training(self) -> Array:
        """Which rows are trained on; all if they cannot be divided."""
        found = self.split == SPLITS[0]
        return found if found.any() else np.ones(len(self.ages), bool)

    @property
    def scaled(self) -> Array:
        """The columns, standardised by the training rows; a constant column is 0."""
        known = self.values[self.training]
        deviation = _over(np.nanstd, known)
        return (self.values - _over(np.nanmean, known)) / np.where(
            deviation > 0, deviation, 1.0
        )

    @property
    def constant(self) -> list[str]:
        """The columns that have one value, or no value."""
        spread = _over(np.nanmax, self.values) - _over(np.nanmin, self.values)
        return list(compress(self.names, ~(spread > 0)))

    @property
    def empty(self) -> list[str]:
        """The columns that are missing in every row."""
        return list(compress(self.names, np.isnan(self.values).all(axis=0)))

    @property
    def correlations(self) -> Array:
        """Pearson's r of all pairs of columns, the target last, over the rows that have both.

        It is 0 where one of the columns is constant.
        """
        return _correlated(np.column_stack([self.values, self.ages]).astype("float64"))

    @property
    def duplicated(self) -> list[tuple[str, str]]:
        """Pairs of columns correlated by 1 or −1, the first of a group with each of the others."""
        alike = np.abs(self.correlations) >= SAME
        pairs = np.argwhere(np.triu(alike, 1))
        names = [*self.names, self.target]
        seen, found = set(), []
        for first, second in pairs.tolist():
            if second not in seen:
                found.append((names[first], names[second]))
            seen.add(second)
        return found

    @property
    def brackets(self) -> dict[str, dict[str, int]]:
        """A dict from each age bracket in words to its count of rows in every split."""
        numbers = cast(Array, brackets_of({AGE: self.ages}))
        splits = among((*SPLITS, UNDIVIDED), self.split)
        found = {}
        for bracket in np.unique(numbers):
            counts = Counter(self.split[numbers == bracket])
            found[named(bracket)] = picked(counts, splits)
        return found

    def told(self) -> str:
        """The whole exploration as text, in sections with a title line each."""
        return "\n".join(
            [*self._rows(), *self._columns(), *self._summary(), *self._groups()]
        )

    def _rows(self):
        known = self.ages[np.isfinite(self.ages)]
        yield (
            f"{self.name}: {counted(len(self.ages), 'row')}, "
            f"{counted(len(self.names), 'column')} of numbers"
        )
        lacking = len(self.ages) - len(known)
        yield f"{self.target}: {_range(known)}, {counted(lacking, 'row')} without"
        yield from [f"Not divided: {self.refused}"] * bool(self.refused)
        yield f"\nROWS OF EACH BRACKET OF {self.target.upper()}"
        for bracket, counts in self.brackets.items():
            absent = [part for part, count in counts.items() if not count]
            note = f"   absent from {' and '.join(absent)}" if absent else ""
            told = "  ".join(f"{part} {count:4}" for part, count in counts.items())
            yield f"{bracket:18}{told}{note}"

    def _columns(self):
        gaps = zip(self.names, np.isnan(self.values).sum(axis=0), strict=True)
        lacking = [f"{name} ({gap})" for name, gap in gaps if gap]
        yield "\nCOLUMNS TO LOOK AT"
        yield f"missing values (rows): {', '.join(lacking) or 'none'}"
        yield f"missing in every row: {few(self.empty) or 'none'}"
        constant = without(self.constant, self.empty)
        yield f"of one value: {', '.join(constant) or 'none'}"
        same = [f"{second} repeats {first}" for first, second in self.duplicated]
        yield f"duplicated (correlation of 1 or −1): {', '.join(same) or 'none'}"

    def _summary(self):
        widest = max(map(len, [*self.names, HEAD[0]]))
        yield f"\nCOLUMNS, AS STORED AND SCALED BY THE TRAINING ROWS; r WITH {self.target.upper()}"
        yield _line(widest, *HEAD)
        scaled, r = self.scaled, self.correlations[-1]
        for place, name in enumerate(self.names):
            numbers = _numbers(self.values[:, place], scaled[:, place])
            yield _line(widest, name, *numbers, f"{r[place]:.2f}")

    def _groups(self):
        for column, found in self.groups.items():
            yield f"\n{self.target.upper()} BY {column.upper()}"
            for group in np.unique(found):
                yield f"{group or 'missing':24}{_range(self.ages[found == group])}"


def _read(tables, numbers, words):
    """The numbers and the words of all tables, one below the other, and the rows of each."""
    read = [table.read(numbers, words) for table in tables]
    values, texts = zip(*read, strict=True)
    joined = {}
    for column in words:
        joined[column] = np.concatenate([part[column] for part in texts])
    return np.concatenate(values), joined, list(map(len, values))


def _is_shown(words):
    """Whether a column divides the rows into a few groups."""
    return 1 < len(np.unique(words)) <= MOST_GROUPS


def _check_target(table, number):
    if number not in table.columns or number in table.words:
        reason = (
            "the column holds words"
            if number in table.words
            else "there is no such column"
        )
        raise ValueError(
            f"number={number!r}: {reason} in {table.path.name}. It has {few(table.columns)}."
        )


def _divided(name, ages, whose, sizes, fold, shares):
    """The split of every row as a training would divide them, and the reason if it cannot."""
    count = sizes[0]
    split = np.repeat(
        np.array([UNDIVIDED, SPLITS[2]], dtype=object)[: len(sizes)], sizes
    )
    known = np.flatnonzero(
        np.isfinite(ages[:count]) & ~missing(whose[:count].astype(str))
    )
    y = ages[known].astype("float64")
    lacking = [VALIDATION] if len(sizes) > 1 else [VALIDATION, TEST]
    try:
        values = Split({"y": y}, {"y": Number()}, {SUBJECT: whose[known], AGE: y})
        parts = parts_of(name, values, lacking, fold, shares)
    except ValueError as error:
        return split, str(error)
    for part, rows in zip(SPLITS, parts, strict=False):
        split[known[rows]] = part
    return split, ""


def _over(function, values):
    """A function of every column that ignores NaN; NaN for a column of nothing else."""
    empty = np.isnan(values).all(axis=0)
    found = function(np.where(empty, 0.0, values).astype("float64"), axis=0)
    return np.where(empty, np.nan, found)


def _correlated(columns):
    """Pearson's r of all pairs of columns over the rows that have both."""
    known = np.isfinite(columns).astype("float64")
    values = np.where(known > 0, columns - _over(np.nanmean, columns), 0.0)
    values /= np.maximum(np.abs(values).max(axis=0), np.finfo(float).tiny)
    rows = np.maximum(known.T @ known, 1.0)
    # of each column, over the rows that each other one has too
    mean = values.T @ known / rows
    variance = np.maximum((values**2).T @ known / rows - mean**2, 0.0)
    spread = np.sqrt(variance * variance.T)
    covariance = values.T @ values / rows - mean * mean.T
    return np.divide(covariance, spread, out=np.zeros_like(spread), where=spread > 0)


def _numbers(stored, scaled):
    known = stored[np.isfinite(stored)].astype("float64")
    lacking = str(len(stored) - len(known))
    if not len(known):
        return [lacking, *[""] * 7]
    ends = np.nanmin(scaled), np.nanmax(scaled)
    found = [
        known.min(),
        np.median(known),
        known.max(),
        known.mean(),
        known.std(),
        *ends,
    ]
    return [lacking, *(f"{number:.4g}" for number in found)]


def _line(widest, name, *parts):
    return f"{name:{widest}}" + "".join(f"{part:>13}" for part in parts)


def _range(ages):
    ages = ages[np.isfinite(ages)].astype("float64")
    if not len(ages):
        return "none"
    ends = f"{ages.min():.4g} to {ages.max():.4g}"
    return (
        f"{len(ages):5} rows, {ends}, median {np.median(ages):.4g}, "
        f"mean {ages.mean():.4g} ± {ages.std():.3g}"
    )
