"""A network of fixed input size on values of any size, by blending overlapping patches."""

import itertools
from collections.abc import Callable

import numpy as np

from kgen.types import Array, Shape

AT_ONCE = 8  # patches per batch: those of a volume quickly fill the memory
FAINTEST = (
    1e-3  # weight of a patch's outermost points, which other patches may not cover
)


def stitched(
    function: Callable[[Array], Array],
    values: Array,
    patch: Shape,
    beyond: float = 0.0,
) -> Array:
    """The output of ``function`` on patches of a value, blended to the value's grid (…, channels).

    Neighbours overlap by half a patch or more. Each patch weighs less towards its edges, so that
    no border is visible.

    Args:
        function: maps an array (n, …patch, channels) to one (n, …patch, other channels).
        values: array (…, channels) of any size; one smaller than a patch is padded.
        patch: tuple of ints, the sides of a patch.
        beyond: float, the value of the padding.
    """
    sides = values.shape[:-1]
    around = [
        ((side - have) // 2, side - have - (side - have) // 2)
        for have, side in _missing(sides, patch)
    ]
    padded = np.pad(values, [*around, (0, 0)], constant_values=beyond)
    places = list(itertools.product(*map(starts, padded.shape[:-1], patch)))
    weight, sums = _weight(patch), None
    weights = np.zeros((*padded.shape[:-1], 1), "float32")
    for first in range(0, len(places), AT_ONCE):
        some = []
        for place in places[first : first + AT_ONCE]:
            some.append(tuple(map(slice, place, np.add(place, patch))))
        pieces = np.stack([padded[where] for where in some])
        made = np.asarray(function(pieces), "float32")
        if sums is None:
            sums = np.zeros((*padded.shape[:-1], made.shape[-1]), "float32")
        for where, part in zip(some, made, strict=True):
            sums[where] += weight * part
            weights[where] += weight
    begin = [before for before, _ in around]
    inner = tuple(map(slice, begin, np.add(begin, sides)))
    return (sums / weights)[inner]


def starts(side: int, patch: int) -> list[int]:
    """Starts of evenly spaced patches that cover a side and overlap by half a patch or more."""
    count = 1 if side <= patch else 1 + int(np.ceil((side - patch) / (patch / 2)))
    return np.rint(np.linspace(0, max(side - patch, 0), count)).astype(int).tolist()


def _missing(sides, patch):
    return [(have, max(have, side)) for have, side in zip(sides, patch, strict=True)]


def _weight(patch):
    """Weight 1 in the middle of a patch, falling linearly to its edges."""
    weight = np.ones((*patch, 1), "float32")
    for axis, side in enumerate(patch):
        ramp = np.minimum(np.arange(side) + 0.5, side - np.arange(side) - 0.5) / (
            side / 2
        )
        shape = [-1 if number == axis else 1 for number in range(len(patch) + 1)]
        weight = weight * np.maximum(ramp, FAINTEST).astype("float32").reshape(shape)
    return weight
