"""How far the map of what a disease changes in a person agrees with the truth."""

import numpy as np

QUIET = 0.1  # of the greatest true change of a value: points below it are not touched


def correlations(found, truth):
    """Normalised cross-correlation of each pair of maps, (n,); NaN where a map has one value everywhere."""
    found, truth = (_centred(values) for values in (found, truth))
    norms = np.linalg.norm(found, axis=1) * np.linalg.norm(truth, axis=1)
    products = (found * truth).sum(axis=1)
    return np.where(norms > 0, products / np.where(norms > 0, norms, 1.0), np.nan)


def right_signs(found, truth):
    """Whether each found number, such as the change of an area, has the sign of the true one, (n,) of 0 and 1."""
    return (np.sign(found) == np.sign(truth)).astype("float64")


def outside_over_inside(found, truth):
    """Mean |change| of a point that the truth leaves alone over that of one that it changes, a map, (n,)."""
    found, truth = (
        np.abs(np.asarray(values, "float64")).reshape(len(values), -1) for values in (found, truth)
    )
    inside = truth > QUIET * truth.max(axis=1, keepdims=True)
    return _mean_where(found, ~inside) / _mean_where(found, inside)


def constant_map(training, count):
    """The mean of the true maps of training, for each of ``count`` values: what knows nothing of the person."""
    mean = np.mean(training, axis=0, dtype="float64")
    return np.broadcast_to(mean, (count, *mean.shape))


def _centred(values):
    rows = np.asarray(values, "float64").reshape(len(values), -1)
    return rows - rows.mean(axis=1, keepdims=True)


def _mean_where(values, chosen):
    counts = chosen.sum(axis=1)
    return np.where(counts, (values * chosen).sum(axis=1) / np.maximum(counts, 1), np.nan)
