"""Patches of photographed textures; the splits are three strips of each photograph."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from kgen import checks
from kgen.data.data import Data
from kgen.fields import Image, Label
from kgen.types import Array

NAMES = "brick", "grass", "gravel"
# columns
STRIPS = {
    "train": slice(0, 320),
    "validation": slice(320, 416),
    "test": slice(416, 512),
}
LEAST, MOST = 8, 96  # pixels per side: a strip holds no more
WAY = (
    "The textures come with scikit-image: pip install scikit-image, "
    'or pip install ".[textures]" in the repository.'
)


def read(
    _: str, name: str, texture: str = "all", size: int = 32, count: int = 2000
) -> Data:
    """Patches x of photographs of brick, grass and gravel (512×512, grey); y is the texture.

    The left 320 columns of a photograph are for training, the next 96 for validation, the last 96
    for the test. Patches of two splits share no pixel; patches of one split overlap.

    Args:
        texture: brick, grass or gravel alone, or all.
        size: pixels per side, 8 to 96.
        count: training patches of each texture; a quarter as many for validation and for the test.
    """
    checks.check_known("texture", texture, (*NAMES, "all"))
    checks.check_sizes(count=count, size=size)
    checks.check_number("size", size, LEAST, MOST)
    chosen = NAMES if texture == "all" else (texture,)
    strips = {split: _strip(split, chosen, size, count) for split in STRIPS}
    fields = {
        "x": Image((size, size, 1), 0, 255, dtype="uint8"),
        "y": Label(len(chosen), chosen),
    }
    train, validation, test = strips.values()
    notes = ("Splits are strips of the photographs: no pixel is in two of them.",)
    return Data.from_arrays(
        name, train, fields, test, notes=notes, validation=validation
    )


def photograph(texture: str) -> Array:
    """One of the photographs, uint8 (512, 512)."""
    try:
        from skimage import data
    except ImportError as error:
        raise ImportError(WAY) from error
    return {"brick": data.brick, "grass": data.grass, "gravel": data.gravel}[texture]()


def _strip(split, chosen, size, count):
    """Patches at random places of one strip of every texture."""
    number = count if split == "train" else -(-count // 4)
    random = np.random.default_rng(0)
    patches = []
    for name in chosen:
        strip = photograph(name)[:, STRIPS[split]]
        patches.append(_cut(strip, size, number, random))
    labels = np.repeat(np.arange(len(chosen)), number)
    return {"x": np.concatenate(patches)[..., None], "y": labels}


def _cut(strip, size, number, random):
    windows = sliding_window_view(strip, (size, size))
    rows = random.integers(0, windows.shape[0], number)
    columns = random.integers(0, windows.shape[1], number)
    return windows[rows, columns]
