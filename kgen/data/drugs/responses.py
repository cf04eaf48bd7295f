"""Responses to a drug, matched to the pairs by their cell line."""

import numpy as np

from kgen.checks import counted, few
from kgen.data.delimited import Table, check_filled
from kgen.data.drugs.pairing import Columns, Pairs, check_there
from kgen.data.table import plain
from kgen.fields import Label, PartialLabel
from kgen.fields.partial_label import unknown
from kgen.types import Array


def responses(
    table: Table, pairs: Pairs, columns: Columns, label: str
) -> tuple[Array, Label | PartialLabel, str]:
    """The response of every pair, its field, and a note on how many are known."""
    known = _known(table, pairs.drug, columns, label)
    words = np.array([known.get(line, "") for line in pairs.lines.tolist()])
    lacking = unknown(words)
    _check_classes(table, words[~lacking], label)
    told_of = plain(words[~lacking])
    told = f"responses: {len(words) - lacking.sum():,} of {counted(len(words), 'pair')} known."
    if not lacking.any():
        return told_of, Label.of(told_of, f"{table.name}: {label}"), told
    field = PartialLabel.of(told_of, f"{table.name}: {label}")
    values = np.full(len(words), -1, "int32")
    values[~lacking] = field.stored(told_of)
    return values, field, told


def _known(table, drug, columns, label):
    """The response of each cell line to the drug, as a word; raises if two differ."""
    named = columns.drug in table.columns
    check_there(table, [columns.line, label])
    _, words = table.read([], [columns.line, label, *([columns.drug] if named else [])])
    lines, told = words[columns.line], words[label]
    check_filled(table.path, columns.line, lines)
    kept = ~unknown(told)
    if named:
        kept &= words[columns.drug] == (drug or _only(table, words[columns.drug]))
    pairs = set(zip(lines[kept].tolist(), told[kept].tolist(), strict=True))
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(line for line, word in pairs if found[line] != word)
        raise ValueError(
            f"{table.path.name} holds two responses of {twice!r} to one drug. Keep one of them."
        )
    return found


def _only(table, drugs):
    """The one drug of a table; raises if there are several, and the profiles name none."""
    known = np.unique(drugs).tolist()
    if len(known) > 1:
        raise ValueError(
            f"{table.path.name} holds responses to {len(known)} drugs, {few(known)}, and the "
            "profiles after the drug name none. Keep the rows of that drug."
        )
    return known[0]


def _check_classes(table, known, label):
    if len(np.unique(known)) < 2:
        only = f"the one response {str(known[0])!r}" if len(known) else "no response"
        raise ValueError(
            f"{table.path.name}: {label!r} holds {only} of the pairs: there is nothing to tell "
            "apart. Leave the option response out, or add cell lines that respond otherwise."
        )
