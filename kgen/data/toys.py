"""Distributions of which everything is known, for games to match: vectors instead of images."""

from dataclasses import dataclass

import numpy as np

from kgen.fields import Vector

REACH = 8  # standard deviations beyond which no sample comes: one in 10¹⁵


@dataclass(frozen=True)
class Mixture:
    """Equally likely Gaussians of one standard deviation.

    Args:
        centres: array (k, d), one row a Gaussian.
        standard_deviation: float > 0, of each coordinate around its centre.

    Example:
        >>> x = ring.samples(10_000)  # float32, (10000, 2)
        >>> generator = kgen.networks.dense_generator(ring.shape, latent_dim=2, limits=ring.field.limits)
    """

    centres: np.ndarray
    standard_deviation: float

    @property
    def shape(self):
        """That of one sample, (d,)."""
        return self.centres.shape[1:]

    @property
    def value_range(self):
        """Least and greatest value."""
        reach = REACH * self.standard_deviation
        return float(self.centres.min() - reach), float(self.centres.max() + reach)

    @property
    def field(self):
        """That of samples as they are, which a generator's output is bounded by."""
        low, high = self.value_range
        return Vector(self.shape, low, high, span=(low, high))

    def samples(self, n, seed=0):
        """``n`` samples, float32 of shape (n, d)."""
        random = np.random.default_rng(seed)
        centres = self.centres[random.integers(len(self.centres), size=n)]
        return (centres + self.standard_deviation * random.standard_normal(centres.shape)).astype("float32")


def _on_circle(count):
    angles = 2 * np.pi * np.arange(count) / count
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _on_grid(side, spacing):
    ticks = spacing * (np.arange(side) - (side - 1) / 2)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


normal = Mixture(np.array([[4.0]]), 1.25)
ring = Mixture(_on_circle(8), 0.01)
grid = Mixture(_on_grid(5, 2.0), 0.05)
