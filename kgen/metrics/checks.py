"""Errors of the metrics: what was given, what is needed and how to get there."""

import math
from collections.abc import Sequence

import numpy as np

from kgen.checks import check_same_length
from kgen.fields import of_shape
from kgen.types import Array


class Unmeasurable(ValueError):
    """Raised if a metric cannot be computed from these samples; the message says what it needs.

    Other metrics may still be computed from them.
    """


def check_enough(measure: str, count: int, least: int) -> None:
    """Raises unless there are at least ``least`` samples."""
    if count < least:
        raise Unmeasurable(
            f"{measure} needs at least {least} samples; these are {count}. "
            "Take more, of real values too."
        )


def check_values(values: Array, shape: Sequence[int], name: str) -> None:
    """Raises unless the values are finite and of this shape; images must also lie in [0, 1]."""
    field = of_shape(tuple(shape))
    if len(field.shape) == 1:
        field = field.replaced(low=None, high=None)  # features have any range
    field.check(values, name)


def rows(name: str, values: Array) -> Array:
    """Latents, features or images (n, …) as float64 rows (n, d); raises unless they are finite."""
    return finite(name, values).astype("float64", copy=False)


def finite(name: str, values: Array) -> Array:
    """Like ``rows``, but in the floating-point precision of the values; raises unless finite."""
    values = np.asarray(values)
    size = math.prod(values.shape[1:])  # -1 cannot be inferred for no values
    values = values.reshape(len(values), size).astype(
        np.result_type(values, np.float32), copy=False
    )
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        raise ValueError(
            f"{name} holds NaN or infinity in {len(bad)} of {len(values)} samples, "
            f"first in sample {bad[0]}. Look at these images, "
            "or at the network that made the numbers, and measure finite ones."
        )
    return values


def alike(
    measure: str, real: Array, fake: Array, least: int = 2
) -> tuple[Array, Array]:
    """Both sides as rows; raises unless they have one shape and at least ``least`` samples."""
    real, fake = rows("real", real), rows("fake", fake)
    if real.shape != fake.shape:
        raise ValueError(
            f"real is {real.shape} and fake {fake.shape}, (samples, features). "
            "Take as many of one as of the other, with features of one network: "
            f"{measure} depends on the number of samples."
        )
    check_enough(measure, len(real), least)
    return real, fake


def check_factors(latents: Array, factors: Array) -> tuple[Array, list[Array]]:
    """The latents, and each factor renumbered from 0; raises unless factors are whole and vary."""
    latents, factors = rows("latents", latents), rows("factors", factors)
    check_same_length(latents=latents, factors=factors)
    return latents, [_levels(number, factor) for number, factor in enumerate(factors.T)]


def _levels(number, factor):
    wrong = np.flatnonzero(factor != np.round(factor))
    if len(wrong):
        raise ValueError(
            f"factors holds {factor[wrong[0]]} in row {wrong[0]}, column {number}; "
            "give whole numbers, such as np.digitize(factor, edges) makes of a continuous one."
        )
    values, levels = np.unique(factor, return_inverse=True)
    if len(values) < 2:
        raise ValueError(
            f"factors has the one value {values[0]:g} in all of column {number}; "
            "leave the column out."
        )
    return levels
