"""What the columns of a table hold, and the most likely role of each."""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import compress

import numpy as np

from kgen.checks import counted, few
from kgen.data.ages import AGE
from kgen.data.delimited import Table
from kgen.data.faults import LEAST_OF_A_CLASS
from kgen.data.inspected import Inspection
from kgen.names import among, filled, mapped, picked, without
from kgen.types import Arrays, Names

SHOWN = 20  # columns of numbers that are listed
MOST_CLASSES = 20
HEAD = f"{'column':24} {'taken for':12}values"
# Guesses: they are shown, and options of the data set override them.
SUBJECTS = re.compile(
    "patient|subject|person|participant|individual|animal|mouse|donor", re.IGNORECASE
)
ROWS = re.compile("unnamed(: \\d+)?|index|row", re.IGNORECASE)
LABELS = re.compile("label|class|target|diagnos|species|^y$", re.IGNORECASE)


def columns_told(table: Table) -> Inspection:
    """An ``Inspection`` with a line per column and the options for columns that are not in x."""
    named = filter(_is_named, table.columns)
    words = list(dict.fromkeys([*table.words, *named]))
    plain = without(table.columns, words)
    _check_some(plain, table)
    numbers, texts = table.read(plain, words)
    counts = counts_of(picked(texts, among(table.columns, words)))
    roles = roles_of(counts, table.words, len(numbers))
    lines = [*lines_of(counts, roles, "x"), *_lines_of_numbers(plain, numbers)]
    options = options_for(roles)
    constant = numbers.min(axis=0) == numbers.max(axis=0)
    options += ["drop_constant=true"] * bool(constant.any())
    return Inspection(
        "\n".join([counted(len(numbers), "row"), HEAD, *lines]),
        options,
        _hints(plain),
        classes_of(counts, roles),
        count=len(numbers),
        faults=_gaps(plain, numbers),
    )


def counts_of(words: Arrays) -> dict[str, Counter[str]]:
    """How often each word of every column occurs."""
    return mapped(_counts, words)


def _counts(words):
    return Counter(words.tolist())


def options_for(roles: Mapping[str, str]) -> list[str]:
    """The options of a data set that give each column its role."""
    return [f"{role}={name}" for name, role in roles.items()]


def lines_of(
    counts: Mapping[str, Counter[str]], roles: Mapping[str, str], usual: str
) -> list[str]:
    """The line of each column of words; those without a role are ``usual``."""
    lines = []
    for name, found in counts.items():
        lines.append(line_of(name, roles.get(name, usual), told_words(found)))
    return lines


def _lines_of_numbers(names, numbers):
    for place, name in enumerate(names[:SHOWN]):
        yield line_of(name, "x", _told_numbers(numbers[:, place]))
    if len(names) > SHOWN:
        yield f"… and {counted(len(names) - SHOWN, 'more column')} of numbers"


def classes_of(
    counts: Mapping[str, Counter[str]], roles: Mapping[str, str]
) -> dict[str, int]:
    """How many values each class has; empty without a column of classes."""
    for name, role in roles.items():
        if role == "label":
            return dict(counts[name])
    return {}


def _is_named(name):
    """Whether a column's name says that it is no number of x."""
    return SUBJECTS.search(name) or LABELS.search(name) or ROWS.fullmatch(name)


def _hints(plain):
    """What else a column of ages can be used for."""
    hints = {}
    for name in plain:
        if name.lower() == AGE:
            hints[f"number={name}"] = "y is then the age, which a regressor estimates"
    return hints


def _check_some(plain, table):
    if not plain:
        raise ValueError(
            f"{table.path} has no column of numbers, of which vectors are made: "
            f"{few(table.columns)} are words or say whose or what a row is. Write what they tell "
            "as numbers, such as 0 and 1."
        )


def _gaps(plain, numbers):
    """What to do about missing numbers, which training refuses."""
    gaps = np.isnan(numbers)
    if not gaps.any():
        return []
    lacking = list(compress(plain, gaps.any(axis=0)))
    rows = counted(int(gaps.any(axis=1).sum()), "row")
    return [
        f"fill what is missing in {rows}, of {few(lacking)}, or leave out such rows or columns: "
        "training refuses it."
    ]


def roles_of(
    counts: Mapping[str, Counter[str]], words: Names, rows: int
) -> dict[str, str]:
    """The data set option that names each column; numbers that never repeat stay in x."""
    roles: dict[str, str | None] = {}
    for name, found in counts.items():
        role = _role(name, found, name in words, rows)
        if role in ("label", "subject") and role in roles.values():
            role = "facts" if name in words else None
        roles[name] = role
    return filled(roles)


def _role(name, found, is_words, rows):
    if len(found) == rows:
        return "drop" if is_words or ROWS.fullmatch(name) else None
    if SUBJECTS.search(name):
        return "subject"
    if 1 < len(found) <= MOST_CLASSES and min(found.values()) >= LEAST_OF_A_CLASS:
        return "label"
    if not is_words:
        return None
    return "subject" if MOST_CLASSES < len(found) <= rows / 2 else "facts"


def line_of(name: str, role: str, told: str) -> str:
    """The line of a column."""
    return f"{name:24} {role:12}{told}"


def told_words(found: Counter[str]) -> str:
    """How many different words there are, and the most frequent."""
    repeated = len(found) < found.total()
    words = []
    for word, count in found.most_common(3):
        words.append(f"{word} ({count})" if repeated else word)
    few = ", ".join(words)
    return f"{len(found)} different: {few}{', …' * (len(found) > 3)}"


def _told_numbers(values):
    missing = int(np.isnan(values).sum())
    lacking = f", {missing} missing" if missing else ""
    known = values[~np.isnan(values)]
    return (f"{known.min():g} to {known.max():g}" if len(known) else "none") + lacking
