"""How close an image is to its truth: one number per pair, so that intervals resample subjects."""

import numpy as np
from scipy import ndimage

from kgen.metrics.checks import Unmeasurable
from kgen.types import Array

BLUR, REACH = 1.5, 3.5  # σ in pixels, cut-off in σ: the 11-pixel window of the paper
FIRST, SECOND = 0.01, 0.03
LEAST = 1e-10  # of the squared span: equal images have no noise
EDGE = 5  # pixels at each edge, where the window does not fit


def mean_of(values: Array) -> float:
    """The mean of one number per value, NaN left out."""
    if np.isnan(values).all():
        raise Unmeasurable("no value has a point at which it is measured")
    return float(np.nanmean(values))


def absolute_errors(found: Array, truth: Array, inside: Array | None = None) -> Array:
    """Mean |found − truth| of each pair, (n,), over the points ``inside``; NaN without any."""
    apart = np.abs(np.subtract(found, truth, dtype="float64"))
    inside = (
        np.ones(apart.shape, bool)
        if inside is None
        else np.broadcast_to(inside, apart.shape)
    )
    axes = tuple(range(1, apart.ndim))
    counts = inside.sum(axis=axes)
    sums = (apart * inside).sum(axis=axes)
    return np.where(counts, sums / np.maximum(counts, 1), np.nan)


def signal_to_noise(found: Array, truth: Array, span: float) -> Array:
    """Peak signal-to-noise ratio of each pair, (n,), dB: 10 log₁₀(span² / MSE), at most 100."""
    squares = np.square(np.subtract(found, truth, dtype="float64"))
    errors = squares.mean(axis=tuple(range(1, squares.ndim)))
    return -10 * np.log10(np.maximum(errors / np.square(span, dtype="float64"), LEAST))


def structural_similarity(found: Array, truth: Array, span: float) -> Array:
    """Structural similarity of each pair, (n,), the mean over all points but the edge; 1 if equal.

    Args:
        found, truth: arrays (n, …, channels).
        span: float, the width of the value range.

    Reference:
        Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity, 2004,
        doi:10.1109/TIP.2003.819861
    """
    pairs = zip(found, truth, strict=True)
    return np.array([np.mean(_similarities(*pair, span)) for pair in pairs])


def _similarities(found, truth, span):
    x, y = np.asarray(found, "float64"), np.asarray(truth, "float64")
    mean_x, mean_y = _blurred(x), _blurred(y)
    variance_x, variance_y = _blurred(x * x) - mean_x**2, _blurred(y * y) - mean_y**2
    covariance = _blurred(x * y) - mean_x * mean_y
    first, second = (FIRST * span) ** 2, (SECOND * span) ** 2
    above = (2 * mean_x * mean_y + first) * (2 * covariance + second)
    below = (mean_x**2 + mean_y**2 + first) * (variance_x + variance_y + second)
    return (above / below)[_within(x.shape)]


def _blurred(values):
    sigma = [BLUR] * (values.ndim - 1) + [0]
    return ndimage.gaussian_filter(values, sigma, truncate=REACH)


def _within(shape):
    """The points where the window fits; along an axis that is too short, all of them."""
    whole = slice(None)
    return tuple(
        slice(EDGE, -EDGE) if side > 2 * EDGE else whole for side in shape[:-1]
    )
