"""How tissue looks: T1-weighted MR and CT, with the skull around it, a bias field and noise."""

import numpy as np

from kgen.data.phantoms.grid import Grid
from kgen.data.phantoms.noise import noise
from kgen.types import Array, Arrays

# Mean, and deviation between subjects: fluid, grey matter, white matter.
T1 = (0.16, 0.02), (0.55, 0.025), (0.82, 0.02)
HOUNSFIELD = 12.0, 37.0, 28.0, 8.0  # fluid, grey, white, tumour
OF_TEMPLATE = 0.45  # share of the template in the brightness of the tissue
TEXTURE = 0.02
GAP, BONE, SCALP = 2.2, (5.5, 1.3), (4.5, 1.2)  # mm
AIR, BONE_HU, MARROW_HU, SCALP_HU = -1000.0, 1100.0, 650.0, -20.0
CT_NOISE = 6.0


def skull(maps: Arrays, grid: Grid, random: np.random.Generator) -> dict[str, Array]:
    """The shares of fluid, bone, marrow and scalp around the brain."""
    distance, brain = maps["hull"], maps["brain"]
    edges = [GAP, *(max(1.5, random.normal(*layer)) for layer in (BONE, SCALP))]
    uneven = 1.0 + 0.12 * noise(grid, 60.0, random)
    gap, bone, scalp = (
        _until(distance, edge * uneven, grid) for edge in np.cumsum(edges)
    )
    middle = np.abs(distance - (edges[0] + edges[1] / 2) * uneven)
    marrow = _until(middle, edges[1] / 5, grid) * (bone - gap)
    return {
        "fluid": gap * (1.0 - brain),
        "bone": bone - gap,
        "marrow": marrow,
        "scalp": scalp - bone,
    }


def weighted_t1(
    maps: Arrays, tissue: Array, around: Arrays, grid: Grid, random: np.random.Generator
) -> Array:
    """The T1-weighted image, about 0 to 1, without noise."""
    levels = np.array([random.normal(*level) for level in T1], "float32")
    own = np.tensordot(levels, tissue[:3], 1) + maps["t1"] * tissue[3]
    grain = TEXTURE * noise(grid, 2.5 * grid.spacing, random) * tissue.sum(axis=0)
    inside = OF_TEMPLATE * maps["t1"] + (1.0 - OF_TEMPLATE) * own + grain
    outside = levels[0] * around["fluid"] + 0.05 * around["bone"]
    return np.maximum(
        inside + outside + 0.4 * around["marrow"] + 0.7 * around["scalp"], 0.0
    )


def hounsfield(
    tissue: Array, around: Arrays, grid: Grid, random: np.random.Generator
) -> Array:
    """The CT image in Hounsfield units."""
    parts = [*tissue, around["fluid"], around["bone"], around["scalp"]]
    filled = sum(parts)
    levels = [*HOUNSFIELD, HOUNSFIELD[0], BONE_HU, SCALP_HU]
    values = sum(level * part for level, part in zip(levels, parts, strict=True))
    values -= MARROW_HU * around["marrow"]
    return (
        values
        + AIR * np.clip(1.0 - filled, 0.0, 1.0)
        + CT_NOISE * random.standard_normal(grid.sides)
    )


def biased(
    values: Array, grid: Grid, strength: float, random: np.random.Generator
) -> Array:
    """An image under the uneven sensitivity of a coil."""
    extent = grid.spacing * max(grid.sides)
    return values * np.exp(strength * noise(grid, 0.8 * extent, random))


def rician(values: Array, sd: float, random: np.random.Generator) -> Array:
    """The magnitude of a complex image with noise in both parts."""
    real = sd * random.standard_normal(values.shape)
    imaginary = sd * random.standard_normal(values.shape)
    return np.hypot(values + real, imaginary)


def coarsened(values: Array, factor: int) -> Array:
    """Means over blocks of ``factor`` points along each axis."""
    if factor == 1:
        return values
    shape = []
    for side in values.shape:
        shape += [side // factor, factor]
    return values.reshape(shape).mean(axis=tuple(range(1, len(shape), 2)))


def _until(distance, edge, grid):
    return np.clip(0.5 + (edge - distance) / grid.spacing, 0.0, 1.0)
