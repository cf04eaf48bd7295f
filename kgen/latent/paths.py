"""Latents along paths through the latent space."""

import itertools
from collections.abc import Callable

import numpy as np

from kgen.checks import check_same_length
from kgen.types import Array

LEAST = 1e-6  # of a length, and of a sine: below it a direction means nothing


def line(start: Array, end: Array, steps: int = 8) -> Array:
    """Latents (steps, latent_dim) on the straight line between two ends, ends included."""
    start, end = _ends(start, end, steps)
    return start + _shares(steps) * (end - start)


def arc(start: Array, end: Array, steps: int = 8) -> Array:
    """Latents (steps, latent_dim) on the great arc between two ends, ends included.

        slerp(t) = |z(t)| (sin((1 − t) ω) ẑ₀ + sin(t ω) ẑ₁) / sin ω,   ω the angle between z₀ and z₁

    The length |z(t)| changes linearly from |z₀| to |z₁|. Draws from N(0, I) lie near a sphere,
    which a straight line leaves and this arc does not.

    Reference:
        White, Sampling Generative Networks, 2016, arXiv:1609.04468
    """
    start, end = _ends(start, end, steps)
    lengths = np.linalg.norm([start, end], axis=1)
    if lengths.min() < LEAST:
        raise ValueError(
            "An end of the arc is the latent vector 0, which has no direction. Take a line."
        )
    first, last = start / lengths[0], end / lengths[1]
    angle = np.arccos(np.clip(first @ last, -1.0, 1.0))
    shares = _shares(steps)
    if np.sin(angle) < LEAST:
        return _degenerate(start, end, steps, angle)
    turned = np.sin((1.0 - shares) * angle) * first + np.sin(shares * angle) * last
    return (lengths[0] + shares * (lengths[1] - lengths[0])) * turned / np.sin(angle)


PATHS = {"line": line, "arc": arc}


def through(
    stations: Array, steps: int = 8, path: Callable[[Array, Array, int], Array] = line
) -> Array:
    """Latents on the way through stations (n, latent_dim): ``steps`` per leg, each station once."""
    stations = np.asarray(stations)
    if len(stations) < 2:
        raise ValueError(
            f"stations are {len(stations)}; a way leads along at least two latents."
        )
    legs = [path(*pair, steps) for pair in itertools.pairwise(stations)]
    return np.concatenate([legs[0][:1], *(leg[1:] for leg in legs)])


def between(
    starts: Array,
    ends: Array,
    steps: int = 8,
    path: Callable[[Array, Array, int], Array] = line,
) -> Array:
    """Latents (n, steps, latent_dim) on the paths between n pairs."""
    check_same_length(starts=starts, ends=ends)
    if len(starts) == 0:
        raise ValueError(
            "starts and ends are empty; a path leads between two latents. Give at least one pair."
        )
    return np.stack([path(*pair, steps) for pair in zip(starts, ends, strict=True)])


def _degenerate(start, end, steps, angle):
    if angle > 1.0:
        raise ValueError(
            "The ends of the arc lie opposite each other: every arc is as short. Take a line."
        )
    return line(start, end, steps)


def _ends(start, end, steps):
    if steps < 2:
        raise ValueError(f"steps={steps!r} is less than 2, the two ends of a path.")
    return np.asarray(start, "float64"), np.asarray(end, "float64")


def _shares(steps):
    return np.linspace(0.0, 1.0, steps)[:, None]
