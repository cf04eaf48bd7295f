"""Figures: every function returns a matplotlib figure, which its caller saves or shows."""

from kgen.plots.animation import animate
from kgen.plots.curves import curves
from kgen.plots.distributions import density, scatter
from kgen.plots.grids import grid, progress, stacked
from kgen.plots.maps import colours_of_places, map_by, map_of_images
from kgen.plots.sections import extremes, restored, sizes

__all__ = [
    "animate", "colours_of_places", "curves", "density", "extremes", "grid", "map_by", "map_of_images", "progress",
    "restored", "scatter", "sizes", "stacked",
]  # fmt: skip
