"""Fully known distributions of one or two numbers, for generative models to match."""

from dataclasses import dataclass

import numpy as np

from kgen import checks
from kgen.data.data import Data
from kgen.fields import Vector
from kgen.types import Array


@dataclass(frozen=True)
class Mixture:
    """Equally likely Gaussians of one standard deviation.

    Args:
        centres: array (k, d), one row per Gaussian.
        standard_deviation: float > 0, of each coordinate around its centre.

    Example:
        >>> x = ring.samples(10_000)
        >>> x.shape, x.dtype
        ((10000, 2), dtype('float32'))
    """

    centres: np.ndarray
    standard_deviation: float

    def samples(self, n: int, seed: int = 0) -> Array:
        """``n`` samples, float32 of shape (n, d)."""
        random = np.random.default_rng(seed)
        centres = self.centres[random.integers(len(self.centres), size=n)]
        noise = self.standard_deviation * random.standard_normal(centres.shape)
        return (centres + noise).astype("float32")

    def nearest(self, samples: Array) -> Array:
        """The number of the Gaussian whose centre is nearest to each sample (n, d), (n,)."""
        return np.linalg.norm(samples[:, None] - self.centres, axis=-1).argmin(axis=1)

    def __str__(self) -> str:
        count = len(self.centres)
        named = "a Gaussian" if count == 1 else f"{count} equally likely Gaussians"
        return f"{named} of standard deviation {self.standard_deviation}"


def read(mixture: str, name: str, count: int = 100_000) -> Data:
    """Vectors of one or two numbers from Gaussians of known centres, drawn anew at every call.

    Args:
        count: how many.
    """
    checks.check_sizes(count=count)
    samples = MIXTURES[mixture].samples(count)
    notes = (f"x: from {MIXTURES[mixture]}.",)
    return Data.from_arrays(
        name, {"x": samples}, {"x": Vector.of(samples, "x")}, notes=notes
    )


def _on_circle(count):
    angles = 2 * np.pi * np.arange(count) / count
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _on_grid(side, spacing):
    ticks = spacing * (np.arange(side) - (side - 1) / 2)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


normal = Mixture(np.array([[4.0]]), 1.25)
ring = Mixture(_on_circle(8), 0.01)
grid = Mixture(_on_grid(5, 2.0), 0.05)
MIXTURES = {"normal": normal, "ring": ring, "grid": grid}
