"""Nuclei: where they lie, how large and how irregular they are, and the dye they take up."""

import numpy as np

from kgen.types import Array

AREA = 32**2  # pixels, of which the numbers of nuclei are told
COUNT, MORE = 4.2, 3.4  # nuclei of normal tissue, and how many more at effect 1
RADIUS, LARGER = 3.1, 1.5  # pixels, and how much larger at effect 1
SPREAD = 0.11  # of the radii, relative
APART = 0.7  # of the sum of two radii: nuclei overlap a little
# of the rim of a nucleus; how much less its centre has at effect 1
DYE, PALER = 0.85, 0.6
ROUGHNESS, ROUGHER = 0.05, 0.10
WAVES = np.arange(2, 6)  # bumps around an outline
REACH = 11  # pixels from the middle of a nucleus to the edge of its window
EDGE = 1.2  # pixels over which an outline fades


def placed(
    tissue: Array, tumour: Array, effect: float, random: np.random.Generator
) -> Array:
    """Row, column, radius and class of nuclei; none where there is no ``tissue``."""
    cellular, size = np.exp(random.normal(0.0, (0.28, 0.05)))
    density = cellular * (COUNT + MORE * effect * tumour) * tissue / AREA
    count = random.poisson(1.25 * density.sum())
    spots = random.choice(density.size, count, p=(density / density.sum()).ravel())
    rows, columns = np.unravel_index(spots, density.shape)
    classes = tumour[rows, columns]
    radii = (
        size
        * (RADIUS + LARGER * effect * classes)
        * (1 + SPREAD * random.normal(size=count))
    )
    places = np.stack([rows, columns], axis=1) + random.uniform(-0.5, 0.5, (count, 2))
    return _apart(np.column_stack([places, np.clip(radii, 1.5, 0.8 * REACH), classes]))


def _apart(nuclei: Array) -> Array:
    """Those nuclei that overlap none before them too far."""
    kept: list[Array] = []
    for nucleus in nuclei:
        others = np.array(kept).reshape(-1, 4)
        gaps = np.hypot(*(others[:, :2] - nucleus[:2]).T)
        if (gaps > APART * (others[:, 2] + nucleus[2])).all():
            kept.append(nucleus)
    return np.array(kept).reshape(-1, 4)


def drawn(
    nuclei: Array, side: int, effect: float, random: np.random.Generator
) -> tuple[Array, Array]:
    """How much dye the nuclei take up at each pixel, and their areas."""
    dye = np.zeros((side + 2 * REACH,) * 2)
    areas = []
    for row, column, radius, ill in nuclei:
        corner = np.rint((row, column)).astype(int)
        window = tuple(slice(start, start + 2 * REACH + 1) for start in corner)
        away = np.array([row, column]) - corner
        within = _shape(away, radius, ROUGHNESS + ROUGHER * effect * ill, random)
        inside = np.clip((1 - within) * radius / EDGE + 0.5, 0.0, 1.0)
        pale = 1 - (0.15 + PALER * effect * ill) * np.clip(1 - within**2, 0.0, 1.0)
        one = DYE * random.uniform(0.85, 1.15) * inside * pale
        dye[window] = np.maximum(dye[window], one)
        areas.append(inside.sum())
    inner = slice(REACH, REACH + side)
    return dye[inner, inner], np.array(areas)


def _shape(
    away: Array, radius: float, roughness: float, random: np.random.Generator
) -> Array:
    """The distance of each pixel from a nucleus's middle, in units of its outline there."""
    y, x = np.mgrid[-REACH : REACH + 1, -REACH : REACH + 1] - away[:, None, None]
    angles = np.arctan2(y, x)
    flat, turn = random.uniform(0.05, 0.25), random.uniform(0, 2 * np.pi)
    outline = 1 + flat * np.cos(2 * (angles - turn))
    for wave, size in zip(
        WAVES, roughness * random.normal(size=len(WAVES)), strict=True
    ):
        outline += (
            2 / wave * size * np.cos(wave * angles + random.uniform(0, 2 * np.pi))
        )
    return np.hypot(y, x) / (radius * np.maximum(outline, 0.3))
