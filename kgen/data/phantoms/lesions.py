"""Noise with and without bright squares: the true map of a disease's effect is known."""

from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from kgen import checks, console
from kgen.names import numbered
from kgen.types import Location

CLASSES = "disease", "healthy"
SIDE = 112  # pixels of the paper's images, for which its lengths hold
# Pixels: of the noise; half a square; how far the outer square may be off its place.
BLUR, HALF, REACH = 2.5, 10, 5
OFFSET = 1 / 3.5  # of the side, from the centre to the outer square
NOISE, EFFECT = 50.0, 100.0
# The grey level of 0, and grey levels per unit: bytes then hold 6 deviations of the noise.
GREY, SHADES = 100.0, 0.4
TRUTH = "truth.npz"


def write(out: Location, count: int = 2000, size: int = SIDE, seed: int = 0) -> None:
    """Writes a folder of images per class, and the truth.

    Every second image shows a disease: one square in the centre, and one beside it. The outer
    square lies above on the left in half of these images, below on the right in the others, up to
    five pixels off its place.

    Args:
        out: path of a new folder.
        count: int ≥ 10, images of both classes together.
        size: int ≥ 32, pixels per side; lengths are those of the paper for 112.
        seed: int ≥ 0.

    Raises:
        FileExistsError: if ``out`` holds anything.

    Reference:
        Baumgartner et al., Visual Feature Attribution using Wasserstein GANs, 2018, section 4.1,
        arXiv:1711.08998
    """
    out = Path(out)
    for name, number, low, high in (
        ("count", count, 10, 1_000_000),
        ("size", size, 32, 1024),
    ):
        checks.check_sizes(**{name: number})
        checks.check_number(name, number, low, high)
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} exists already. Choose a new folder.")
    random, maps = np.random.default_rng(seed), []
    for name in CLASSES:
        (out / "pictures" / name).mkdir(parents=True)
    for number in console.over(range(count), "Drawing lesions"):
        ill = number % 2 == 0
        effect = (
            _effect(size, number // 2 % 2, random)
            if ill
            else np.zeros((size, size), bool)
        )
        maps += [effect] if ill else []
        grey = GREY + SHADES * (_noise(size, random) + EFFECT * effect)
        path = out / "pictures" / CLASSES[not ill] / f"{number:05d}.png"
        Image.fromarray(np.clip(np.rint(grey), 0, 255).astype("uint8")).save(path)
    names = numbered("", range(0, count, 2), digits=5)
    np.savez_compressed(
        out / TRUTH, effect=np.array(maps), name=names, grey_levels=EFFECT * SHADES
    )


def _noise(size, random):
    """Smooth noise of a known deviation."""
    smooth = ndimage.gaussian_filter(
        random.normal(size=(size, size)), BLUR * size / SIDE
    )
    return NOISE * smooth / smooth.std()


def _effect(size, kind, random):
    """Where the disease shows: in the centre, and above left (0) or below right (1) of it."""
    scale = size / SIDE
    offset = (2 * kind - 1) * round(OFFSET * size) + np.rint(
        scale * random.integers(-REACH, REACH, 2)
    ).astype(int)
    effect = np.zeros((size, size), bool)
    for top, left in ((0, 0), offset):
        places = (
            slice(_at(size, place, -scale), _at(size, place, scale))
            for place in (top, left)
        )
        effect[tuple(places)] = True
    return effect


def _at(size, place, scale):
    return size // 2 + int(place) + round(HALF * scale)
