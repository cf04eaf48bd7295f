"""Errors of the metrics: what was given, what is needed and how to get there."""

import numpy as np

from kgen.engine.checks import check_same_length


def check_rows(name, values, least=2):
    """``values`` as float64 (n, dimensions); raises unless they are ``least`` finite rows or more."""
    values = np.asarray(values, dtype="float64")
    if values.ndim != 2 or not values.shape[1]:
        raise ValueError(f"{name} has the shape {values.shape}; give (n, dimensions), one row a sample.")
    if len(values) < least:
        raise ValueError(f"{name} has {len(values)} rows; at least {least} are needed.")
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        raise ValueError(f"{name} holds NaN or infinity in {len(bad)} rows, first in row {bad[0]}; leave them out.")
    return values


def check_factors(codes, factors):
    """Codes, and one array a factor with its values renumbered from 0; raises unless they are whole and vary."""
    codes, factors = check_rows("codes", codes), check_rows("factors", factors)
    check_same_length(codes=codes, factors=factors)
    levels = [_levels(number, factor) for number, factor in enumerate(factors.T)]
    return codes, levels


def _levels(number, factor):
    wrong = np.flatnonzero(factor != np.round(factor))
    if len(wrong):
        raise ValueError(
            f"factors holds {factor[wrong[0]]} in row {wrong[0]}, column {number}; give whole numbers, such as "
            "np.digitize(factor, edges) makes of a continuous one."
        )
    values, levels = np.unique(factor, return_inverse=True)
    if len(values) < 2:
        raise ValueError(f"factors has the one value {values[0]:g} in all of column {number}; leave the column out.")
    return levels
