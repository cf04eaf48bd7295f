"""Figures in one style: every function returns a matplotlib figure, and saves it where it is given a ``path``."""

from kgen.plots.animation import animate
from kgen.plots.curves import curves
from kgen.plots.grids import gallery, grid, image_viewer, stacked
from kgen.plots.maps import colours_of_places, map_by, map_of_images
from kgen.plots.panels import Cells, Cloud, Confusion, Estimates, Histogram, Picture
from kgen.plots.raster import raster
from kgen.plots.searches import curves_of_trials, heat_map, parallel_coordinates
from kgen.plots.sections import extremes, restored, sizes
from kgen.plots.style import drawn
from kgen.plots.ways import ways

__all__ = [
    "Cells", "Cloud", "Confusion", "Estimates", "Histogram", "Picture", "animate", "colours_of_places", "curves",
    "curves_of_trials", "drawn", "extremes", "gallery", "grid", "heat_map", "image_viewer", "map_by", "map_of_images",
    "parallel_coordinates", "raster", "restored", "sizes", "stacked", "ways",
]  # fmt: skip
