"""Checks of measured expression."""

import numpy as np

from kgen.checks import counted, few
from kgen.fields.numeric import pieces
from kgen.types import Array


def measured(x: Array) -> Array:
    """Whether any gene of a sample is not 0, (n,)."""
    return np.concatenate([piece.any(axis=1) for piece in pieces(x)])


def check_measured(name: str, there: Array, samples: Array) -> None:
    """Raises for samples in which every gene is 0; ``there`` says which have other values."""
    empty = np.flatnonzero(~there)
    if len(empty):
        raise ValueError(
            f"{name}: every gene is 0 in {counted(len(empty), 'sample')}: "
            f"{few(samples[empty].tolist())}. Leave these out: nothing was measured."
        )


def check_counts(name: str, x: Array, samples: Array) -> None:
    """Raises for values that are no counts; NaN is left to the fields."""
    first = 0
    for piece in pieces(x):
        with np.errstate(invalid="ignore"):
            wrong = (piece < 0) | ((piece != np.round(piece)) & np.isfinite(piece))
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise ValueError(
                f"{name}: {piece[row, column]:g} of sample {samples[first + row]!s} is no count. "
                "Counts are whole numbers from 0; leave counts=true out for values that were "
                "normalised."
            )
        first += len(piece)


def check_apart(name: str, training: Array, tested: Array) -> None:
    """Raises if a sample is both in the training and in the test."""
    both = np.intersect1d(training, tested)
    if len(both):
        raise ValueError(
            f"{name}: the test holds {counted(len(both), 'sample')} of the training: "
            f"{few(both.tolist())}. Leave them out of one of the files."
        )
