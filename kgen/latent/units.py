"""Single latents, one by one."""

import numpy as np
from numpy.typing import ArrayLike

from kgen import checks
from kgen.types import Array


def most_active(activity: Array) -> Array:
    """The latents in order of activity, the most active first; measured by ``model.activity``."""
    return np.argsort(-np.asarray(activity), kind="stable")


def traversals(
    z: Array, units: ArrayLike, reach: float = 3.0, steps: int = 11
) -> Array:
    """Latents (len(units), steps, latent_dim) around one: per row a unit runs from −reach to reach.

    Args:
        z: array (latent_dim,), where the other units stay.
        units: positions of the units that run.
        reach: float > 0, in standard deviations of the prior.
        steps: int ≥ 2.

    Raises:
        ValueError: for a unit that the latent vector does not have.
    """
    checks.check_positive(reach=reach)
    z, units = np.asarray(z, "float64"), np.asarray(units)
    wrong = units[(units < 0) | (units >= len(z))]
    if len(wrong):
        raise ValueError(
            f"units holds {wrong[0]}; the units of this latent vector are 0 to {len(z) - 1}."
        )
    rows = np.tile(z, (len(units), steps, 1))
    for row, unit in zip(rows, units, strict=True):
        row[:, unit] = np.linspace(-reach, reach, steps)
    return rows
