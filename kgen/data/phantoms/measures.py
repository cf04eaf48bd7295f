"""Measures of a phantom's own maps: the truth behind its image."""

import numpy as np
from scipy import ndimage

from kgen.data.phantoms.anatomy import AROUND_VENTRICLES
from kgen.data.phantoms.deformation import HIPPOCAMPI, hippocampal
from kgen.data.phantoms.grid import Grid
from kgen.data.phantoms.noise import ramp, slope
from kgen.types import Array, Arrays

CORTEX = 8.0  # mm from the surface: deeper grey matter is no cortex


def measured(
    maps: Arrays, tissue: Array, grid: Grid, displacement: Array
) -> dict[str, float]:
    """Areas of a slice in mm², volumes of a brain in mm³, and the thickness of its cortex in mm."""
    unit, size = (
        ("area_mm2", grid.spacing**2)
        if grid.rank == 2
        else ("volume_mm3", grid.spacing**3)
    )
    ventricles = ramp(maps["ventricles"], grid.spacing) * (maps["brain"] > 0.5)
    fluid, grey, white = (float(part.sum()) * size for part in tissue[:3])
    inside = float(ventricles.sum()) * size
    found = {f"ventricle_{unit}": inside, f"csf_{unit}": max(fluid - inside, 0.0)}
    found |= {f"gm_{unit}": grey, f"wm_{unit}": white}
    if tissue[3].any():
        found[f"tumour_{unit}"] = float(tissue[3].sum()) * size
    found["cortical_thickness_mm"] = thickness(maps, tissue, grid)
    if grid.rank == 3:
        found["hippocampus_volume_mm3"] = _hippocampi(grid, displacement)
    return found


def thickness(maps: Arrays, tissue: Array, grid: Grid) -> float:
    """Grey matter of the cortex per unit of its outer surface, mm."""
    away = maps["ventricles"] > AROUND_VENTRICLES
    solid = np.where(away, tissue[1] + tissue[2], 1.0) * (maps["brain"] > 0.5)
    depth = ndimage.distance_transform_edt(solid > 0.5) * grid.spacing
    cortex = float(tissue[1][(depth < CORTEX) & away].sum())
    return cortex / float(slope(solid, grid.spacing).sum())


def _hippocampi(grid, displacement):
    places = grid.points + displacement
    inside = []
    for centre in HIPPOCAMPI:
        inside.append(np.square(hippocampal(places, grid, centre)).sum(axis=0) < 1)
    return float(np.any(inside, axis=0).sum()) * grid.spacing**3
