"""Matches profiles before and after a drug by their cell line."""

from typing import NamedTuple

import numpy as np

from kgen.checks import check_known, counted, few, hint
from kgen.data.delimited import Table, check_filled
from kgen.names import among, without
from kgen.types import Array, Names


class Columns(NamedTuple):
    """The columns of the tables that are not genes."""

    line: str
    drug: str
    facts: list


class Pairs(NamedTuple):
    """Profiles before and after a drug, one row per pair, and the cell line of each."""

    before: np.ndarray
    after: np.ndarray
    lines: np.ndarray
    genes: list
    drug: str | None
    facts: dict


def paired(
    first: Table, second: Table, columns: Columns, drug: str | None, common: bool
) -> tuple[Pairs, tuple[str, ...]]:
    """The pairs of two tables, and notes on what was left out or averaged."""
    check_there(first, [columns.line, *columns.facts])
    check_there(second, [columns.line])
    genes, notes = _genes(first, second, columns, common)
    before, words = first.read(genes, [columns.line, *columns.facts])
    whose = words[columns.line]
    check_filled(first.path, columns.line, whose)
    after, lines, drug = _of_drug(second, genes, columns, drug)
    _check_paired(second, lines, whose, drug)
    controls, places, counts = np.unique(whose, return_index=True, return_counts=True)
    at = np.searchsorted(controls, lines)
    facts = {fact: words[fact][places][at] for fact in columns.facts}
    if counts.max() > 1:
        repeated = counted(int((counts > 1).sum()), "cell line")
        notes = (
            *notes,
            f"before: the mean of several rows stands for each of {repeated}.",
        )
    pairs = Pairs(_means(before, whose, controls)[at], after, lines, genes, drug, facts)
    return pairs, (*first.notes, *second.notes, *notes)


def checked_drug(table: Table, drugs: Array, drug: str | None) -> str:
    """The drug that is read: the one asked for, or the only one."""
    known = np.unique(drugs).tolist()
    if drug is not None:
        return check_known(f"drug of {table.path.name}", drug, known)
    if len(known) > 1:
        raise ValueError(
            f"{table.path.name} holds {len(known)} drugs, {few(known)}: a model is of one. "
            f"Choose it with drug={known[0]}."
        )
    return known[0]


def _of_drug(table, genes, columns, drug):
    """Profiles after the drug, their cell lines, and its name; no name without a drug column."""
    named = columns.drug in table.columns
    if drug and not named:
        check_there(table, [columns.drug])
    values, words = table.read(
        genes, [columns.line, *([columns.drug] if named else [])]
    )
    lines = words[columns.line]
    check_filled(table.path, columns.line, lines)
    if not named:
        return values, lines, None
    drugs = words[columns.drug]
    check_filled(table.path, columns.drug, drugs)
    drug = checked_drug(table, drugs, drug)
    return values[drugs == drug], lines[drugs == drug], drug


def _genes(first, second, columns, common):
    """The genes of both tables, in the order of the first; raises for others unless ``common``."""
    aside = {columns.line, columns.drug, *columns.facts}
    own, other = without(first.columns, aside), without(second.columns, aside)
    lacking, extra = without(own, other), without(other, own)
    shared = among(own, other)
    _check_shared(first, second, own, other)
    if not common:
        _check_same(first, second, lacking, extra, shared)
    _check_numbers(among(shared, [*first.words, *second.words]))
    left = f"{counted(len(lacking) + len(extra), 'gene')} of one table alone left out."
    return shared, (left,) if lacking or extra else ()


def _check_shared(first, second, own, other):
    if set(own).isdisjoint(other):
        raise ValueError(
            f"{first.path.name} and {second.path.name} have no gene in common: {few(own)} and "
            f"{few(other)}. A row is a profile and a column a gene; turn a table around that has "
            "genes as rows."
        )


def _check_same(first, second, lacking, extra, shared):
    """Raises if genes are in one of the tables alone."""
    told = []
    for table, genes in ((first, lacking), (second, extra)):
        told += [f"{few(genes)} only in {table.path.name}"] * bool(genes)
    if told:
        raise ValueError(
            f"The genes differ: {' and '.join(told)}. Leave these out with common=true, which "
            f"keeps {len(shared)}, or name columns that are no genes in facts."
        )


def _check_numbers(words):
    if words:
        raise ValueError(
            f"Words stand where numbers should be, in {few(words)}. Name columns that are no genes "
            "in facts."
        )


def _means(values, whose, lines):
    """The mean of the values of each cell line."""
    at = np.searchsorted(lines, whose)
    sums = np.zeros((len(lines), values.shape[1]))
    np.add.at(sums, at, values)
    return (sums / np.bincount(at)[:, None]).astype("float32")


def _check_paired(table, lines, known, drug):
    alone = np.setdiff1d(lines, known)
    if len(alone):
        raise ValueError(
            f"{table.path.name}: {few(alone.tolist())} {'has' if len(alone) == 1 else 'have'} a "
            f"profile after {drug or 'the drug'} and none before it. Add that, or leave these rows "
            "out."
        )


def check_there(table: Table, columns: Names) -> None:
    for column in columns:
        if column not in table.columns:
            meant = hint(column, table.columns)
            raise ValueError(
                f"{table.name} has no column {column!r}.{meant} It has {few(table.columns)}. A row "
                "is a profile and a column a gene: turn a table around that has genes as rows."
            )
