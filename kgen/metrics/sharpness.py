import numpy as np
from scipy import ndimage

from kgen.types import Array

PART = 500  # images at a time: float64 takes twice the memory of an image


def sharpness(images: Array) -> float:
    """Variance of the Laplacian over the pixels of all images, in squared units; blur lowers it."""
    parts = np.split(images, range(PART, len(images), PART))
    # With repeated borders the Laplacian sums to 0, so its mean square is its variance.
    return float(sum(np.square(_edges(part)).sum() for part in parts) / np.size(images))


def _edges(images):
    return ndimage.laplace(np.asarray(images, "float64"), mode="nearest", axes=(1, 2))
