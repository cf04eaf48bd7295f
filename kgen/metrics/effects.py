"""How well the map of a disease's effect on a person agrees with the true map."""

import numpy as np

from kgen.types import Array

QUIET = 0.1  # of the largest true change of a map: points below it count as unchanged


def correlations(found: Array, truth: Array) -> Array:
    """Normalised cross-correlation of each pair of maps, (n,); NaN where a map is constant."""
    found, truth = _centred(found), _centred(truth)
    norms = np.linalg.norm(found, axis=1) * np.linalg.norm(truth, axis=1)
    products = (found * truth).sum(axis=1)
    return np.where(norms > 0, products / np.where(norms > 0, norms, 1.0), np.nan)


def right_signs(found: Array, truth: Array) -> Array:
    """1 where a found number, such as a change of area, has the true sign, else 0; (n,)."""
    return (np.sign(found) == np.sign(truth)).astype("float64")


def outside_over_inside(found: Array, truth: Array) -> Array:
    """Mean |change| of the truly unchanged points over that of the changed ones, per map, (n,)."""
    found, truth = np.abs(_rows(found)), np.abs(_rows(truth))
    inside = truth > QUIET * truth.max(axis=1, keepdims=True)
    return _mean_where(found, ~inside) / _mean_where(found, inside)


def constant_map(training: Array, count: int) -> Array:
    """The mean of the training maps, ``count`` times: a baseline that ignores the person."""
    mean = np.mean(training, axis=0, dtype="float64")
    return np.broadcast_to(mean, (count, *mean.shape))


def _centred(values):
    rows = _rows(values)
    # Rounding of the mean would leave a constant map some shape.
    varied = np.ptp(rows, axis=1, keepdims=True) > 0
    return np.where(varied, rows - rows.mean(axis=1, keepdims=True), 0.0)


def _rows(values):
    return np.asarray(values, "float64").reshape(len(values), -1)


def _mean_where(values, chosen):
    counts = chosen.sum(axis=1)
    return np.where(
        counts, (values * chosen).sum(axis=1) / np.maximum(counts, 1), np.nan
    )
