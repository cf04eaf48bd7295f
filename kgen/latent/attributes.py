"""Measurements on the pixels of pictures (n, height, width, channels) in [0, 1]; each gives (n,).

Strokes are what differs from the background, which is the median brightness of a picture's border.
Either may be the brighter one.
"""

import numpy as np

from kgen.types import Array

LEAST = 1e-9


def ink(pictures: Array) -> Array:
    """The mean difference from the background: how thick the strokes of digits are."""
    return _strokes(pictures).mean(axis=(1, 2))


def slant(pictures: Array) -> Array:
    """How far the strokes lean to the right: pixels across per pixel up.

    From their second moments, −Cov(column, row) / Var(row), as rows are counted downwards.
    """
    _, rows, both = _second_moments(pictures)
    return -both / np.maximum(rows, LEAST)


def width(pictures: Array) -> Array:
    """How widely the strokes are spread horizontally: their standard deviation in pixels."""
    return np.sqrt(_second_moments(pictures)[0])


def height(pictures: Array) -> Array:
    """How widely the strokes are spread vertically: their standard deviation in pixels."""
    return np.sqrt(_second_moments(pictures)[1])


ATTRIBUTES = {"thick": ink, "slanted": slant, "wide": width, "tall": height}


def _strokes(pictures):
    """How far each pixel (n, height, width) is from the background."""
    grey = np.asarray(pictures, "float64").mean(axis=-1)
    border = [grey[:, 0], grey[:, -1], grey[:, 1:-1, 0], grey[:, 1:-1, -1]]
    background = np.median(np.concatenate(border, axis=1), axis=1)
    return np.abs(grey - background[:, None, None])


def _second_moments(pictures):
    """The variances across and downwards, and the covariance of both, weighted by the strokes."""
    weights = _strokes(pictures)
    weights = weights / np.maximum(weights.sum(axis=(1, 2), keepdims=True), LEAST)
    across = np.arange(weights.shape[2])
    down = np.arange(weights.shape[1])[:, None]
    across = across - (weights * across).sum(axis=(1, 2), keepdims=True)
    down = down - (weights * down).sum(axis=(1, 2), keepdims=True)
    moments = across**2, down**2, across * down
    return tuple((weights * moment).sum(axis=(1, 2)) for moment in moments)
