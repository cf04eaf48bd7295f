import math
from typing import TypeVar

import numpy as np

from kgen import console
from kgen.abilities import HasDensity
from kgen.types import Array, Shape

Nats = TypeVar("Nats", float, Array)
# at a time: images, and pixels or latents over all draws of z
IMAGES, NUMBERS = 100, 2**22


def importance_weighted_log_likelihood(
    model: HasDensity,
    x: Array,
    y: Array | None = None,
    samples: int = 500,
    seed: int = 0,
) -> Array:
    """A lower bound of log p(x) or log p(x|y), nats per image, which tightens with ``samples``.

        log 1/k Σ p(x|z_i) p(z_i) / q(z_i|x),   z_i ~ q(z|x)

    With k = 1 its mean is the evidence lower bound (ELBO). If the likelihood is no density of the
    pixels, such as Bernoulli for grey pixels, the result is a score: compare it only with scores of
    the same likelihood.

    Args:
        model: anything with ``encode`` and ``log_likelihood``.
        x: array of stored values.
        y: labels of a conditional model.
        samples: int ≥ 1, k, draws of z per image.
        seed: int.

    Raises:
        ValueError: if ``samples`` is below 1 or there are no images.

    Example:
        >>> importance_weighted_log_likelihood(model, images, samples=5000).mean()

    Reference:
        Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders, 2016, arXiv:1509.00519
    """
    if samples < 1 or not len(x):
        raise ValueError(
            f"samples={samples} of {len(x)} images: at least 1 of each is needed."
        )
    random, bounds = np.random.default_rng(seed), []
    with console.Steps(len(x), f"log p(x) by {samples} latents each", "value") as steps:
        for start in range(0, len(x), IMAGES):
            block = slice(start, start + IMAGES)
            bounds.append(
                _bound(
                    model, x[block], None if y is None else y[block], samples, random
                )
            )
            steps.advance(len(bounds[-1]))
    return np.concatenate(bounds)


def bits_per_dimension(nats: Nats, shape: Shape) -> Nats:
    """Nats per image as bits per dimension, one dimension per pixel and channel."""
    return nats / (math.prod(shape) * math.log(2.0))


def independent_pixels(train: Array, x: Array) -> Array:
    """log p(x) of each image, nats: independent pixels, each as often white as in ``train``."""
    chance = np.clip(train.mean(axis=0, dtype="float64"), 1e-4, 1 - 1e-4).ravel()
    return (
        x.reshape(len(x), -1) @ np.log(chance / (1 - chance)) + np.log(1 - chance).sum()
    )


def _bound(model, x, y, samples, random):
    mean, log_var = model.encode(x, y)
    total = np.full(len(x), -np.inf)
    at_once = max(1, NUMBERS // max(x.size, mean.size))
    for start in range(0, samples, at_once):
        weights = _log_weights(
            model, x, y, mean, log_var, random, min(at_once, samples - start)
        )
        total = np.logaddexp(total, np.logaddexp.reduce(weights, axis=1))
    return total - math.log(samples)


def _log_weights(model, x, y, mean, log_var, random, count):
    noise = random.standard_normal((len(x), count, mean.shape[1]), dtype="float32")
    z = mean[:, None] + np.exp(0.5 * log_var)[:, None] * noise
    # log p(z) − log q(z|x): the factors (2π)^(−d/2) of both densities cancel.
    ratio = 0.5 * np.sum(noise**2 + log_var[:, None] - z**2, axis=2, dtype="float64")
    return model.log_likelihood(x, z, y).astype("float64") + ratio
