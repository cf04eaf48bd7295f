"""Errors of the metrics: what was given, what is needed and how to get there."""

import math

import numpy as np

from kgen.checks import check_same_length
from kgen.fields import of_shape


class Unmeasurable(ValueError):
    """These samples cannot bear this measure, though they may bear others; the message says what it needs."""


def check_enough(measure, count, least):
    """Raises unless there are ``least`` samples or more."""
    if count < least:
        raise Unmeasurable(
            f"{measure} needs at least {least} samples; these are {count}. Take more, of real values too."
        )


def check_values(values, shape, name):
    """Raises unless these are finite values of a shape; images also lie in [0, 1]."""
    field = of_shape(tuple(shape))
    if len(field.shape) == 1:
        field = field.replaced(low=None, high=None)  # features have any range
    field.check(values, name)


def rows(name, values):
    """Codes, features or images (n, …) as float64 rows (n, d); raises where they are not finite."""
    return finite(name, values).astype("float64", copy=False)


def finite(name, values):
    """Codes, features or images (n, …) as floating-point rows (n, d) of their own precision, or raises."""
    values = np.asarray(values)
    size = math.prod(values.shape[1:])  # which -1 does not find of no values
    values = values.reshape(len(values), size).astype(
        np.result_type(values, np.float32), copy=False
    )
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        raise ValueError(
            f"{name} holds NaN or infinity in {len(bad)} of {len(values)} samples, first in sample {bad[0]}. Look at "
            "these images, or at the network that made the numbers, and measure finite ones."
        )
    return values


def alike(measure, real, fake, least=2):
    """Both sides as rows; raises unless they are as many, of one width, and ``least`` or more."""
    real, fake = rows("real", real), rows("fake", fake)
    if real.shape != fake.shape:
        raise ValueError(
            f"real is {real.shape} and fake {fake.shape}, (samples, features). Take as many of one as of the other, "
            f"with features of one network: {measure} depends on the number of samples."
        )
    check_enough(measure, len(real), least)
    return real, fake


def check_factors(codes, factors):
    """Codes, and one array a factor with its values renumbered from 0; raises unless they are whole and vary."""
    codes, factors = rows("codes", codes), rows("factors", factors)
    check_same_length(codes=codes, factors=factors)
    return codes, [_levels(number, factor) for number, factor in enumerate(factors.T)]


def _levels(number, factor):
    wrong = np.flatnonzero(factor != np.round(factor))
    if len(wrong):
        raise ValueError(
            f"factors holds {factor[wrong[0]]} in row {wrong[0]}, column {number}; give whole numbers, such as "
            "np.digitize(factor, edges) makes of a continuous one."
        )
    values, levels = np.unique(factor, return_inverse=True)
    if len(values) < 2:
        raise ValueError(
            f"factors has the one value {values[0]:g} in all of column {number}; leave the column out."
        )
    return levels
