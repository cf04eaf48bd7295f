"""A tumour in the white matter: a rough ball, its rim brighter than its core, oedema around it."""

import numpy as np

from kgen.data.phantoms.grid import Grid
from kgen.data.phantoms.noise import noise, ramp
from kgen.data.phantoms.template import maps_on
from kgen.types import Array, Arrays

RADII = 5.0, 14.0  # mm
# of the outline: scales and amplitudes in units of the radius
ROUGH = (1.5, 0.22), (0.5, 0.1)
APART = 8.0  # mm from the ventricles
OEDEMA, THICK = 7.0, 3.5  # mm: of the wet tissue around it, and of its rim
CORE, RIM, LOST = 0.36, 0.78, 0.4  # brightness; LOST is what the wet tissue loses of it
GRAIN = 0.06  # of its brightness, over GRAINS mm
GRAINS = 4.0


def with_tumour(
    maps: Arrays,
    tissue: Array,
    grid: Grid,
    displacement: Array,
    random: np.random.Generator,
) -> tuple[dict[str, Array], Array]:
    """Maps and tissue shares with a tumour."""
    distance = _distance(_centre(grid, displacement, random), grid, random)
    focus = ramp(distance, grid.spacing) * (maps["brain"] > 0.5)
    wet = np.exp(-np.maximum(distance, 0.0) / OEDEMA) * tissue[2] * (1.0 - focus)
    around = maps["t1"] - LOST * wet
    t1 = around * (1.0 - focus) + _within(distance, grid, random) * focus
    return {**maps, "t1": t1}, np.stack([*(tissue[:3] * (1.0 - focus)), focus])


def _within(distance, grid, random):
    """The brightness inside: a rim of uneven thickness fades into the core."""
    thick = THICK * np.exp(0.4 * noise(grid, 3 * GRAINS, random))
    rim = np.exp(-np.square(np.minimum(distance, 0.0) / thick))
    return CORE + (RIM - CORE) * rim + GRAIN * noise(grid, GRAINS, random)


def _centre(grid, displacement, random):
    """A random white-matter point of the template in this subject, the same with any label."""
    maps = maps_on(grid)
    white = grid.points[:, (maps["wm"] > 0.9) & (maps["ventricles"] > APART)]
    chosen = white[:, random.integers(white.shape[1])].reshape(-1, *[1] * grid.rank)
    return _nearest(grid.points, grid.points + displacement - chosen)


def _nearest(points, offsets):
    """The point (rank, 1, …) with the smallest offset."""
    place = np.unravel_index(np.square(offsets).sum(axis=0).argmin(), points.shape[1:])
    return points[(slice(None), *place)].reshape(-1, *[1] * len(place))


def _distance(centre, grid, random):
    """Millimetres to the edge of a ball whose radius varies with the direction."""
    radius = random.uniform(*RADII)
    away = np.sqrt(np.square(grid.points - centre).sum(axis=0))
    return away - radius * (
        1.0 + sum(share * noise(grid, radii * radius, random) for radii, share in ROUGH)
    )
