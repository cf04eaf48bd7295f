"""Figures in one style.

Every function returns a matplotlib figure, and saves it if it is given a ``path``.
"""

from kgen.plots.animation import animate
from kgen.plots.clustered import clustered
from kgen.plots.curves import curves
from kgen.plots.explanations import explanations
from kgen.plots.genes import changes, spread
from kgen.plots.grids import gallery, grid, image_viewer, stacked
from kgen.plots.maps import colours_of_places, map_by, map_grid, map_of_images
from kgen.plots.panels import (
    Cells,
    Change,
    Cloud,
    Clouds,
    Confusion,
    Differences,
    Distributions,
    Errors,
    Estimates,
    Histogram,
    Moves,
    Picture,
    Reliability,
    Residuals,
    Roc,
    Scores,
    Steps,
)
from kgen.plots.raster import raster
from kgen.plots.searches import curves_of_trials, heat_map, parallel_coordinates
from kgen.plots.sections import extremes, restored, sizes
from kgen.plots.style import drawn
from kgen.plots.tables import boxes, by_group, correlations, counts, scatters
from kgen.plots.trust import cascades, curves_of_maps
from kgen.plots.vessels import vessels
from kgen.plots.ways import ways

__all__ = [
    "Cells", "Change", "Cloud", "Clouds", "Confusion", "Differences", "Distributions", "Errors",
    "Estimates", "Histogram", "Moves", "Picture", "Reliability", "Residuals", "Roc", "Scores",
    "Steps", "animate", "boxes", "by_group", "cascades", "changes", "clustered",
    "colours_of_places", "correlations", "counts",
    "curves", "curves_of_maps", "curves_of_trials", "drawn", "explanations", "extremes", "gallery",
    "grid", "heat_map", "image_viewer", "map_by", "map_grid", "map_of_images",
    "parallel_coordinates", "raster", "restored", "scatters", "sizes", "spread", "stacked",
    "vessels", "ways",
]  # fmt: skip
