"""What tissue is where: the template's maps warped, the cortex thinned, and individual sulci."""

import numpy as np
from scipy import ndimage

from kgen.data.phantoms.grid import Grid
from kgen.data.phantoms.noise import covered, noise, ramp, sampled, slope
from kgen.names import mapped
from kgen.types import Array, Arrays

CORTEX = 13.0  # mm from the surface that sulci reach
AROUND_VENTRICLES = 6.0  # mm that no thinning touches
FOLDS, ROUGH = 13.0, 22.0  # mm over which sulci, and the thickness of the cortex, vary
# mm: the width of a sulcus, and what it gains per millimetre of thinning.
NARROW, WIDENED = 1.6, 1.6
MIXED = 0.35  # share of grey matter; the brainstem has such shares, but no sulci
UNEVEN = 0.22  # mm, standard deviation of the thinning from place to place


def warped(maps: Arrays, grid: Grid, displacement: Array) -> dict[str, Array]:
    """The template's maps, warped to this subject."""
    points = grid.points + displacement
    return mapped(sampled, maps, grid, points)


def thinned(
    maps: Arrays, grid: Grid, thinning: float, gyri: float, random: np.random.Generator
) -> dict[str, Array]:
    """Maps whose outer ``thinning`` mm of grey matter are fluid, at the surface and in sulci."""
    rough = thinning + UNEVEN * noise(grid, ROUGH, random)
    folds = noise(grid, FOLDS, random)
    depth = _depth(maps, grid)
    lost = ramp(depth - rough, grid.spacing) * (depth > 0)
    width = gyri * (NARROW + WIDENED * max(thinning, 0.0))
    lost = np.maximum(
        lost * np.minimum(maps["gm"] / 0.5, 1.0),
        _sulci(folds, depth, width, maps, grid),
    )
    lost *= maps["ventricles"] > AROUND_VENTRICLES
    return _as_fluid(maps, lost)


def shares(maps: Arrays) -> Array:
    """Shares of fluid, grey matter, white matter and tumour at every point; their sum is brain."""
    fluid = np.clip(maps["brain"] - maps["gm"] - maps["wm"], 0.0, 1.0)
    return np.stack([fluid, maps["gm"], maps["wm"], np.zeros_like(fluid)])


def _depth(maps, grid):
    """Millimetres from the surface of the brain's tissue, 0 outside."""
    tissue = maps["gm"] + maps["wm"] > 0.5
    filled = tissue | (maps["ventricles"] < AROUND_VENTRICLES)
    edge = grid.spacing / 2  # of the outermost point
    depth = ndimage.distance_transform_edt(filled) * grid.spacing - edge
    return np.maximum(depth, 0.0).astype("float32")


def _sulci(folds, depth, width, maps, grid):
    # |f| / |∇f| is about the distance to the zero line of f.
    away = np.abs(folds) / np.maximum(slope(folds, grid.spacing), 1e-3)
    tapered = width * np.maximum(1.0 - depth / CORTEX, 0.0)
    grey = np.clip((maps["gm"] - MIXED) / (1.0 - 2.0 * MIXED), 0.0, 1.0)
    return covered(away, tapered, grid.spacing) * grey


def _as_fluid(maps, lost):
    kept = 1.0 - lost
    fluid = {"gm": maps["gm"] * kept, "t1": maps["t1"] * kept + 0.16 * lost}
    return {**maps, **fluid}
