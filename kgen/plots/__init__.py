"""Figures: every function returns a matplotlib figure, which its caller saves or shows."""

from kgen.plots.animation import animate
from kgen.plots.curves import curves
from kgen.plots.distributions import density, scatter
from kgen.plots.grids import grid, progress, stacked

__all__ = ["animate", "curves", "density", "grid", "progress", "scatter", "stacked"]
