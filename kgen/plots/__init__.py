"""Figures: every function returns a matplotlib figure, which its caller saves or shows."""

from kgen.plots.animation import animate
from kgen.plots.curves import curves
from kgen.plots.distributions import density, scatter
from kgen.plots.grids import gallery, grid, image_viewer, progress, stacked
from kgen.plots.maps import colours_of_places, map_by, map_of_images
from kgen.plots.raster import raster
from kgen.plots.searches import curves_of_trials, heat_map, parallel_coordinates
from kgen.plots.sections import extremes, restored, sizes

__all__ = [
    "animate", "colours_of_places", "curves", "curves_of_trials", "density", "extremes", "gallery", "grid",
    "heat_map", "image_viewer", "map_by", "map_of_images", "parallel_coordinates", "progress", "raster",
    "restored", "scatter", "sizes", "stacked",
]  # fmt: skip
