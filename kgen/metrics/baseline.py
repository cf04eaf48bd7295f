import numpy as np
from numpy.typing import ArrayLike

from kgen.checks import check_same_length, check_sizes
from kgen.metrics.checks import finite
from kgen.types import Array

CHUNK = 500


class ClassGaussian:
    """The baseline that every model has to beat: a Gaussian of the pixels per class, clipped.

        x = μ + Σ_i w_i (x_i − μ) / √(n − 1),   w ~ N(0, 1)

    Before clipping, x has exactly the mean and the covariance of the n images x_i of a class. No
    covariance matrix is factorised or shrunk, so images of any size work.

    Args:
        images: array (n, …) of images or other values.
        labels: int array (n,) of classes from 0; one Gaussian for all images by default.
        limits: pair of floats, the least and the greatest value; by default black and white.

    Example:
        >>> ClassGaussian(images, labels).generate(64, labels=3).shape
        (64, 28, 28, 1)
    """

    def __init__(
        self,
        images: Array,
        labels: Array | None = None,
        limits: tuple[float, float] = (0.0, 1.0),
    ):
        labels = (
            np.zeros(len(images), "int32") if labels is None else np.asarray(labels)
        )
        check_same_length(images=images, labels=labels)
        self.shape, self.limits = np.shape(images)[1:], limits
        images = finite("images", images)
        self.classes = {
            label: _sharing(images, labels, label)
            for label in np.unique(labels).tolist()
        }

    def generate(self, n: int, labels: ArrayLike | None = None, seed: int = 0) -> Array:
        """``n`` float32 images of the classes ``labels`` (one or ``n``); by default all in turn."""
        check_sizes(n=n)
        random = np.random.default_rng(seed)
        labels = (
            np.resize(list(self.classes), n)
            if labels is None
            else np.broadcast_to(labels, n)
        )
        unknown = np.setdiff1d(labels, list(self.classes))
        if len(unknown):
            raise ValueError(
                f"labels holds {unknown[0]}, a class without images; "
                f"known are {sorted(self.classes)}."
            )
        images = np.empty((n, *self.shape), "float32")
        for label in np.unique(labels):
            chosen = np.flatnonzero(labels == label)
            for start in range(0, len(chosen), CHUNK):
                part = chosen[start : start + CHUNK]
                images[part] = self._drawn(
                    self.classes[label], len(part), random
                ).reshape(-1, *self.shape)
        return images.clip(*self.limits)

    def _drawn(self, images, count, random):
        mean = images.mean(axis=0)
        weights = random.standard_normal((count, len(images)), dtype="float32")
        return mean + weights @ (images - mean) / np.sqrt(len(images) - 1)


def _sharing(images, labels, label):
    chosen = images[labels == label]
    if len(chosen) < 2:
        raise ValueError(
            f"Class {label} has one image; a Gaussian needs two. Leave the class out or add images."
        )
    return chosen
