"""Figures: every function returns a matplotlib figure, which its caller saves or shows."""

from kgen.plots.animation import animate
from kgen.plots.curves import curves
from kgen.plots.distributions import density, scatter
from kgen.plots.grids import grid, progress, stacked
from kgen.plots.sections import extremes, sizes

__all__ = ["animate", "curves", "density", "extremes", "grid", "progress", "scatter", "sizes", "stacked"]
