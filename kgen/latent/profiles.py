"""Values of shifted latents, and values with missing numbers."""

import numpy as np

from kgen.abilities import Encodes, Generates
from kgen.latent.decoding import decoded
from kgen.types import Array

ROUNDS = 20


def shift_between(
    latents: Array, groups: Array, first: object, second: object
) -> Array:
    """The mean latents of the second group minus those of the first."""
    groups = np.asarray(groups)
    return latents[groups == second].mean(axis=0) - latents[groups == first].mean(
        axis=0
    )


def moved(
    model: Generates, latents: Array, shift: Array, labels: Array | None = None
) -> Array:
    """How much values change, (n, features) in stored units, if their latents move by ``shift``."""
    before = decoded(model, latents + 0.0 * shift, labels)
    after = decoded(model, latents + shift, labels)
    return (after - before).reshape(len(latents), -1)


def imputed(
    model: Encodes,
    values: Array,
    missing: Array,
    labels: Array | None = None,
    rounds: int = ROUNDS,
) -> Array:
    """Values (n, features) whose missing numbers are what the model makes of the others.

    They start as the mean of the known numbers of their column. Then the values are encoded and
    decoded, and the missing numbers replaced by the result, several times.

    Args:
        model: a model that encodes.
        values: stored values; the numbers at missing places are not read.
        missing: bool array of the shape of values.
        labels: of a conditional model.
        rounds: int, how often they are replaced.
    """
    missing = np.asarray(missing, bool)
    filled = np.where(missing, column_means(values, missing), values).astype("float32")
    for _ in range(rounds):
        again = model.reconstruct(filled, labels)
        filled[missing] = np.asarray(again, "float32").reshape(filled.shape)[missing]
    return filled


def column_means(values: Array, missing: Array) -> Array:
    """The mean of the known numbers of each column; the mean of all where none is known."""
    known = np.where(missing, 0.0, values)
    counts = (~missing).sum(axis=0)
    whole = known.sum() / max(1, counts.sum())
    return np.where(counts > 0, known.sum(axis=0) / np.maximum(counts, 1), whole)
