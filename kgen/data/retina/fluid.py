"""Fluid in the retina: pockets that push its layers apart."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kgen.data.retina.layers import NAMES
from kgen.types import Array

INTRARETINAL, SUBRETINAL = "intraretinal", "subretinal"
KINDS = INTRARETINAL, SUBRETINAL
# The gaps that fluid opens: each lies beyond this layer.
GAPS = "inner nuclear", "outer plexiform", "outer segments"
BEYOND = np.array([NAMES.index(name) + 1 for name in GAPS])
MOST_CYSTS = 4
AWAY = 900.0  # µm, of the middle of a cyst from the fovea, at most
WIDTHS = {INTRARETINAL: (400.0, 1000.0), SUBRETINAL: (1200.0, 3000.0)}  # µm
HEIGHTS = {INTRARETINAL: (50.0, 130.0), SUBRETINAL: (60.0, 180.0)}  # µm
# share of a cyst that thins the outer nuclear layer; what is left of it
YIELDS, LEAST = 0.4, 0.4


class Pocket(NamedTuple):
    """A pocket of fluid: the number of its gap, its middle, width and height, µm."""

    gap: int
    middle: float
    width: float
    height: float

    def profile(self, places: Array) -> Array:
        """Its height at places, µm: h (1 − u²)², u = 2 (x − m) / w from −1 to 1."""
        off = np.clip(2 * (places - self.middle) / self.width, -1.0, 1.0)
        return self.height * np.square(1 - np.square(off))

    @property
    def area(self) -> float:
        """µm²."""
        return 8 / 15 * self.width * self.height


NONE = Pocket(0, 0.0, 0.0, 0.0)


def pockets(kind: str, random: np.random.Generator) -> list[Pocket]:
    """One to four cysts within the retina, or one pocket beneath it."""
    if kind == SUBRETINAL:
        return [_pocket(kind, len(GAPS) - 1, AWAY / 2, random)]
    count = random.integers(1, MOST_CYSTS + 1)
    return [
        _pocket(kind, random.integers(len(GAPS) - 1), AWAY, random)
        for _ in range(count)
    ]


def pushed_apart(
    thickness: Array, found: Sequence[Pocket], places: Array
) -> tuple[Array, Array]:
    """The layers with the fluid in its gaps, and which of them are fluid: (k, n) and (k,)."""
    heights = _opened(found, places)
    is_fluid = np.insert(np.zeros(len(thickness), bool), BEYOND, True)
    return np.insert(_thinned(thickness, heights), BEYOND, heights, axis=0), is_fluid


def _pocket(kind, gap, away, random):
    middle = random.uniform(-away, away)
    return Pocket(
        int(gap), middle, random.uniform(*WIDTHS[kind]), random.uniform(*HEIGHTS[kind])
    )


def _opened(found, places):
    """The height of the fluid in each gap, µm: (gaps, n); pockets that meet merge."""
    heights = np.zeros((len(GAPS), len(places)))
    for pocket in found:
        heights[pocket.gap] = np.maximum(heights[pocket.gap], pocket.profile(places))
    return heights


def _thinned(thickness, heights):
    """Thicknesses of layers of which the outer nuclear layer gives way to cysts."""
    thinned, row = thickness.copy(), NAMES.index("outer nuclear")
    cysts = heights[:-1].sum(axis=0)
    thinned[row] = np.maximum(thickness[row] - YIELDS * cysts, LEAST * thickness[row])
    return thinned
