"""Latents on a plane through the latent space."""

import numpy as np
from scipy.stats import norm

from kgen import checks
from kgen.types import Array


def quantile_grid(
    size: int, latent_dim: int, axes: tuple[int, int] = (0, 1), z: Array | None = None
) -> Array:
    """Latents (size, size, latent_dim) that divide the prior of two axes evenly.

    Both axes run through the quantiles Φ⁻¹((i + ½) / size) of the standard normal distribution, so
    that every point stands for the same share of the prior. The second axis runs upwards.

    Args:
        size: int ≥ 1, points per side.
        latent_dim: int ≥ 2.
        axes: pair of different ints, the positions of the two axes.
        z: array (latent_dim,), where the other axes stay; by default 0, the mean.

    Example:
        >>> z = quantile_grid(20, model.latent_dim)
        >>> decoded(model, z, labels=3).shape
        (20, 20, 28, 28, 1)
    """
    size, latent_dim = checks.check_sizes(size=size, latent_dim=latent_dim)
    _check_axes(axes, latent_dim)
    grid = np.zeros((size, size, latent_dim))
    if z is not None:
        grid[:] = z
    quantiles = norm.ppf((np.arange(size) + 0.5) / size)
    grid[..., axes[0]] = quantiles
    grid[..., axes[1]] = quantiles[::-1, None]
    return grid


def _check_axes(axes, latent_dim):
    if len(set(axes)) != 2 or not set(axes) <= set(range(latent_dim)):
        raise ValueError(
            f"axes={axes} are not two different axes from 0 to {latent_dim - 1}."
        )
