"""What can be measured on the pixels of pictures (n, height, width, channels) in [0, 1]; each gives (n,)."""

import numpy as np

LEAST = 1e-9


def ink(pictures):
    """The mean brightness: how thick the strokes of bright digits are."""
    return np.asarray(pictures, "float64").mean(axis=(1, 2, 3))


def slant(pictures):
    """How far the bright pixels lean to the right: pixels across for every pixel up.

    Of the second moments of brightness, −Cov(column, row) / Var(row), as rows are counted downwards.
    """
    _, rows, both = _second_moments(pictures)
    return -both / np.maximum(rows, LEAST)


def width(pictures):
    """How widely the bright pixels lie spread, their standard deviation across in pixels."""
    return np.sqrt(_second_moments(pictures)[0])


def height(pictures):
    """The same upwards."""
    return np.sqrt(_second_moments(pictures)[1])


ATTRIBUTES = {"thick": ink, "slanted": slant, "wide": width, "tall": height}


def _second_moments(pictures):
    """The variance across, that downwards, and the covariance of both, of the brightness as weights."""
    weights = np.asarray(pictures, "float64").mean(axis=-1)
    weights = weights / np.maximum(weights.sum(axis=(1, 2), keepdims=True), LEAST)
    across, down = np.arange(weights.shape[2]), np.arange(weights.shape[1])[:, None]
    across = across - (weights * across).sum(axis=(1, 2), keepdims=True)
    down = down - (weights * down).sum(axis=(1, 2), keepdims=True)
    moments = across**2, down**2, across * down
    return tuple((weights * moment).sum(axis=(1, 2)) for moment in moments)
