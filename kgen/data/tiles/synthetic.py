"""A file of invented brain sections of known truth: islands of two cell types on a background."""

import math
from pathlib import Path

import h5py
import numpy as np
from scipy import ndimage

from kgen import console
from kgen.data.tiles.islands import ATTRIBUTE, inside
from kgen.data.tiles.storage import memory_bytes
from kgen.types import Array, Location

BRAINS = "B01", "B02", "B05", "B07", "B20"
# bytes of a typical section, least sections, least pixels
SECTION, LEAST, SIDE = 10e6, 10, 96
# Of the background, of granular and of pyramidal islands: cells per 64 × 64 pixels; the two radii
# and the darkness of a cell.
CELLS = (1.5, 2.2, 2.2, 0.35), (20.0, 3.0, 3.0, 0.45), (4.0, 9.0, 4.0, 0.55)
STAMPS, BOX = 64, 25
SHADE, NOISE, SHADING = 212.0, 5.0, 0.02


def synthesize(
    path: Location,
    size: str | int = "200MB",
    seed: int = 0,
    compression: str | None = None,
) -> None:
    """Writes the file: groups of images of various sizes, ``size`` unpacked, with ``islands``.

    Args:
        path: str or path of the new file.
        size: str or int, bytes such as ``"200MB"``; at least 1 MB.
        seed: int; the same seed gives the same images.
        compression: ``"gzip"`` for chunks of 256 × 256 pixels, ``None`` for images in one piece.

    Raises:
        ValueError: if the size is too small.
        FileExistsError: if there is such a file already.
    """
    total = memory_bytes(size, "size")
    if total < 1e6:
        raise ValueError(
            f"size={size!r} is less than 1MB: {LEAST} images of less than {SIDE} pixels per side."
        )
    random = np.random.default_rng(seed)
    temporary = Path(f"{path}.part")
    if Path(path).exists():
        raise FileExistsError(
            f"{path} exists already. Remove it or choose another name."
        )
    with (
        h5py.File(temporary, "w") as file,
        console.bar(total, "Drawing", "B", unit_scale=True) as bar,
    ):
        for number, shape in enumerate(_shapes(random, total)):
            _write(file, number, shape, random.spawn(1)[0], compression)
            bar.update(math.prod(shape))
    temporary.replace(path)


def draw(shape: tuple[int, int], random: np.random.Generator) -> tuple[Array, Array]:
    """One section (height, width), uint8, and its islands (n, 6)."""
    islands = _islands(shape, random)
    shading = 1.0 + SHADING * _smooth(shape, random)
    image = (SHADE * random.uniform(0.98, 1.02) * shading).astype("float32")
    for kind, (crowd, along, across, darkness) in enumerate(CELLS):
        stamps = _stamps(along, across, darkness, random)
        for center in _cells(shape, islands, kind, crowd, random):
            _stamp(image, center, stamps[random.integers(STAMPS)])
    image += random.standard_normal(shape, dtype="float32") * np.float32(NOISE)
    return np.clip(np.rint(image), 0, 255).astype("uint8"), islands


def _shapes(random, total):
    count = max(LEAST, round(total / SECTION))
    areas = random.lognormal(0.0, 0.5, count)
    areas *= total / areas.sum()
    ratios = np.exp(random.uniform(-0.35, 0.35, count))
    heights = np.maximum(SIDE, np.sqrt(areas * ratios).astype(int))
    widths = np.maximum(SIDE, (areas / heights).astype(int))
    return list(zip(heights.tolist(), widths.tolist(), strict=True))


def _write(file, number, shape, random, compression):
    image, islands = draw(shape, random)
    group = file.require_group(BRAINS[number % len(BRAINS)])
    packed = {}
    if compression:
        chunks = tuple(min(256, side) for side in shape)
        packed = {"chunks": chunks, "compression": compression}
    dataset = group.create_dataset(f"{number // len(BRAINS):04d}", data=image, **packed)
    dataset.attrs[ATTRIBUTE] = islands


def _islands(shape, random):
    # About half of the tissue: ellipses, each as far from the others as it is long.
    islands = np.empty((0, 6))
    for _ in range(60):
        radii = random.uniform(0.08, 0.2, 2) * min(max(shape), 2500)
        center = random.uniform(0.0, 1.0, 2) * shape
        apart = np.hypot(*(islands[:, :2] - center).T)
        if (apart > islands[:, 2:4].max(axis=1, initial=0) + radii.max()).all():
            angle = random.uniform(0.0, math.pi)
            kind = random.integers(1, len(CELLS))
            islands = np.vstack([islands, [*center, *radii, angle, kind]])
    return islands


def _cells(shape, islands, kind, crowd, random):
    # The places of cells of one kind: drawn all over the section, kept in islands of this kind.
    count = random.poisson(crowd * math.prod(shape) / 64**2)
    places = random.random((count, 2)) * shape
    owner = (inside(islands, places) * islands[:, 5][:, None]).max(axis=0, initial=0)
    return places[owner == kind].astype(int)


def _stamps(along, across, darkness, random):
    ticks = np.arange(BOX) - BOX // 2
    angles = random.uniform(0.0, math.pi, STAMPS)[:, None, None]
    sizes = random.uniform(0.8, 1.2, STAMPS)[:, None, None]
    first = ticks[:, None] * np.cos(angles) + ticks * np.sin(angles)
    second = ticks * np.cos(angles) - ticks[:, None] * np.sin(angles)
    distance = np.sqrt((first / along) ** 2 + (second / across) ** 2) / sizes
    dark = darkness * random.uniform(0.7, 1.2, STAMPS)[:, None, None]
    return (1.0 - dark / (1.0 + np.exp((distance - 1.0) * 6.0))).astype("float32")


def _stamp(image, center, stamp):
    # Where two cells overlap, light passes through both.
    first = center - BOX // 2
    low = np.maximum(first, 0)
    high = np.minimum(first + BOX, image.shape)
    part = tuple(map(slice, low - first, high - first))
    image[low[0] : high[0], low[1] : high[1]] *= stamp[part]


def _smooth(shape, random):
    coarse = random.standard_normal((5, 5))
    fine = ndimage.zoom(
        coarse, np.divide(shape, 5), order=1, mode="nearest", grid_mode=True
    )
    return fine[: shape[0], : shape[1]]
