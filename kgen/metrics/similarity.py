from functools import partial
from typing import Any

import numpy as np

from kgen.checks import check_same_length
from kgen.metrics import checks
from kgen.metrics.draws import of_each_class
from kgen.types import Array

POWERS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
WINDOW, SIGMA = 11, 1.5
LUMINANCE_FLOOR, CONTRAST_FLOOR = 0.01**2, 0.03**2


def class_similarity(
    images: Array, labels: Array, pairs: int = 200, seed: int = 0
) -> float:
    """How alike images of one class are: mean MS-SSIM of random pairs, averaged over the classes.

    A low value means diversity or noise: only closeness to the value of real images is informative.
    Classes with fewer than two images are left out.

    Args:
        images: array (n, height, width, channels) in [0, 1].
        labels: int array (n,).
        pairs: int ≥ 1, pairs per class.
        seed: int, seed of the pairs.

    Returns:
        float, at most 1, the value of copies of one image.

    Raises:
        ValueError: if no class has two images.

    Reference:
        Odena, Olah & Shlens, Conditional Image Synthesis with Auxiliary Classifier GANs, 2017,
        arXiv:1610.09585
    """
    check_same_length(images=images, labels=labels)
    classes = [members for members in of_each_class(labels) if len(members) > 1]
    if not classes:
        raise checks.Unmeasurable(
            "class_similarity needs a class with at least two images. Take more."
        )
    random = np.random.default_rng(seed)
    drawn = [_pairs(random, members, pairs) for members in classes]
    means = [ms_ssim(images[first], images[second]).mean() for first, second in drawn]
    return float(np.mean(means))


def ms_ssim(first: Array, second: Array) -> Array:
    """Multi-scale structural similarity of each pair of images: 1 if equal, near 0 if unrelated.

        Π_s mean(c_s)^w_s · mean(l · c)^w of the coarsest scale,
        l, c: luminance and contrast-structure

    The window is 11 pixels wide, or as wide as the image if that is smaller. Each of the five
    standard scales is half as large as the previous one. Only those are used that are no smaller
    than the window, and their weights w are scaled to sum to 1: one scale at 8 × 8, two at 28 × 28,
    three at 64 × 64. Results for different image sizes are therefore not comparable.

    Args:
        first: array (n, height, width, channels) in [0, 1].
        second: array (n, height, width, channels) in [0, 1].

    Returns:
        float64 array (n,).

    Reference:
        Wang, Simoncelli & Bovik, Multiscale Structural Similarity for Image Quality Assessment,
        2003, doi:10.1109/ACSSC.2003.1292216
    """
    window, powers = window_and_powers(min(first.shape[1:3]))
    first, second = np.asarray(first, "float64"), np.asarray(second, "float64")
    similarity: Any = 1.0
    for scale, power in enumerate(powers, start=1):
        luminance, contrast = _compared(first, second, window)
        term = contrast if scale < len(powers) else luminance * contrast
        similarity *= term.mean(axis=(1, 2)).clip(0) ** power
        first, second = _halved(first), _halved(second)
    return similarity.mean(axis=-1)


def window_and_powers(side: int) -> tuple[int, Array]:
    """Window width and scale weights for images whose shorter side is ``side``."""
    window = min(WINDOW, side)
    scales = min(len(POWERS), int(np.log2(side / window)) + 1)
    return window, np.divide(POWERS[:scales], sum(POWERS[:scales]))


def _pairs(random, members, count):
    first = random.integers(len(members), size=count)
    # A step of at least 1 and less than a full turn never pairs an image with itself.
    second = (first + random.integers(1, len(members), size=count)) % len(members)
    return members[first], members[second]


def _compared(first, second, window):
    blurred = partial(_blurred, weights=_gaussian(window))
    mean_product = blurred(first) * blurred(second)
    squares = blurred(first) ** 2 + blurred(second) ** 2
    luminance = (2 * mean_product + LUMINANCE_FLOOR) / (squares + LUMINANCE_FLOOR)
    covariance = blurred(first * second) - mean_product
    variances = blurred(first**2 + second**2) - squares
    return luminance, (2 * covariance + CONTRAST_FLOOR) / (variances + CONTRAST_FLOOR)


def _gaussian(window):
    offsets = np.arange(window) - (window - 1) / 2
    weights = np.exp(-0.5 * (offsets / SIGMA) ** 2)
    return weights / weights.sum()


def _blurred(images, weights):
    """Weighted means over windows inside the images, along one axis and then the other."""
    rows, columns = (side - len(weights) + 1 for side in images.shape[1:3])
    images = sum(
        weight * images[:, start : start + rows] for start, weight in enumerate(weights)
    )
    return sum(
        weight * images[:, :, start : start + columns]
        for start, weight in enumerate(weights)
    )


def _halved(images):
    # An odd row or column is averaged with its own copy beyond the edge.
    odd = [(0, side % 2) for side in images.shape[1:3]]
    images = np.pad(images, [(0, 0), *odd, (0, 0)], "symmetric")
    rows = (images[:, ::2] + images[:, 1::2]) / 2
    return (rows[:, :, ::2] + rows[:, :, 1::2]) / 2
