"""The values behind the diagnostics of a training, and tests of them over the last epochs."""

from collections.abc import Callable, Sequence

import numpy as np

from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.names import column_of
from kgen.types import Array, Scalars

PATIENCE = 3  # epochs in a row: adversarial trainings stumble, and most recover
GROWING = 1.05
MOST_VALUES, MOST_NUMBERS, MOST_CLASSES = 256, 2**24, 10


def looked_at(
    split: Split | UnpairedSplit, model: GenerativeModel
) -> tuple[Array, Array | None]:
    """A fixed random part of the values, and their labels.

    For a model that is told classes, the values are of at most 10 classes, so that several share
    each class.
    """
    candidates = np.arange(len(split))
    labels = model.asked(split.labels)
    if labels is not None:
        candidates = np.flatnonzero(np.isin(labels, np.unique(labels)[:MOST_CLASSES]))
    count = max(2, min(MOST_VALUES, MOST_NUMBERS // int(np.prod(model.shape))))
    part = split.subset(
        np.sort(np.random.default_rng(0).permutation(candidates)[:count])
    )
    return part["x"], part.labels


def lasts(
    rows: Sequence[Scalars], diagnostic: str, wrong: Callable[[Array], Array | bool]
) -> bool:
    """Whether a diagnostic has been wrong for the last ``PATIENCE`` epochs."""
    values = np.array(
        [row[diagnostic] for row in rows[-PATIENCE:] if diagnostic in row]
    )
    return len(values) == PATIENCE and bool(np.all(wrong(values)))


def grows(rows: Sequence[Scalars], diagnostic: str) -> bool:
    """Whether a diagnostic grew in each of the last epochs; near 0 it may double once by chance."""
    values = np.array(column_of(rows[-PATIENCE:], diagnostic))
    return bool(np.all(np.diff(values) > 0)) and values[-1] > GROWING * values[0]
