"""Which columns of vectors a training keeps; training rows alone decide."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kgen import checks
from kgen.data.pieces import pieces_of
from kgen.data.split import Split
from kgen.fields import Field, Vector
from kgen.types import Array

if TYPE_CHECKING:
    from scipy.sparse import sparray, spmatrix

AT_ONCE = 500  # columns whose medians are taken together


def without_constant(
    name: str,
    fields: Mapping[str, Field],
    splits: Sequence[Split],
    notes: Sequence[str],
) -> tuple[dict[str, Field], list[Split], tuple[str, ...]]:
    """Fields, splits and notes without the columns of x that are constant in the training rows."""
    _check_vectors(name, fields, "drop_constant leaves out")
    training = splits[0]["x"]
    varying = training.min(axis=0) < training.max(axis=0)
    dropped = np.sum(~varying)
    note = f"x: {checks.counted(dropped, 'column')} of one value {checks.are(dropped)} left out."
    return *_kept(fields, splits, np.flatnonzero(varying)), (*notes, note)


def with_most_varying(
    name: str,
    fields: Mapping[str, Field],
    splits: Sequence[Split],
    notes: Sequence[str],
    count: int,
) -> tuple[dict[str, Field], list[Split], tuple[str, ...]]:
    """Fields, splits and notes with only the ``count`` columns of x that vary most in training.

    Variation is measured by the median absolute deviation.
    """
    _check_vectors(name, fields, "genes chooses among")
    total = fields["x"].shape[0]
    if not 1 <= count <= total:
        raise ValueError(
            f"{name}: genes={count} is not in [1, {total}], the number of columns of x."
        )
    chosen = most_varying(splits[0]["x"], count)
    note = (
        f"x: {count:,} of {checks.counted(total, 'column')}, "
        "of the greatest median absolute deviation in training."
    )
    return *_kept(fields, splits, chosen), (*notes, note)


def most_varying(training: "Array | sparray | spmatrix", count: int) -> Array:
    """Ascending indices of the ``count`` columns with the greatest median absolute deviation.

    Of equal columns the first are taken.
    """
    found = []
    for columns in pieces_of(training.shape[1], AT_ONCE):
        found.append(_deviations(training[:, columns]))
    deviations = np.concatenate(found)
    return np.sort(np.argsort(-deviations, kind="stable")[:count])


def _deviations(columns):
    """The median absolute deviation of each column, dense or sparse."""
    columns = columns.toarray() if hasattr(columns, "toarray") else columns
    return np.median(np.abs(columns - np.median(columns, axis=0)), axis=0)


def _check_vectors(name, fields, what):
    if not isinstance(fields.get("x"), Vector):
        held = fields.get("x", "no x")
        raise ValueError(
            f"{name}: {what} columns of vectors; there is {held}. Leave it away."
        )


def _kept(fields, splits, chosen):
    """Fields and splits with some columns of x."""
    names = fields["x"].names
    kept = None if names is None else [names[place] for place in chosen]
    field = fields["x"].replaced(shape=(len(chosen),), names=kept)
    smaller = []
    for part in splits:
        values = {**part.values, "x": part["x"][:, chosen]}
        smaller.append(replace(part, values=values))
    return {**fields, "x": field}, smaller
