"""Drawn patches to look at: without and with a tumour in the centre, and the tumour moved out."""

from typing import Any

import numpy as np

from kgen import plots
from kgen.data.histology.patch import CENTRE, Patch
from kgen.data.histology.patches import Patches
from kgen.types import Array

COLUMNS = 6
# A tumour in the centre, and in the rim, of each row.
ROWS = {
    "normal": (False, False),
    "tumour in the centre": (True, False),
    "tumour around it": (False, True),
    "tumour in both": (True, True),
}
FRAMES, THICK = {0: (0, 0, 0), 1: (0, 190, 0)}, 2  # by label; pixels around the centre


def overview(patches: Patches) -> Any:
    """A figure of one place of six slides; a frame in the colour of the label marks the centre.

    A column has the same stains and ground, with the tumour elsewhere.
    """
    cells = []
    for where in ROWS.values():
        row = [patches.patch(slide, 0, *where) for slide in range(COLUMNS)]
        cells.append(list(map(_framed, row)))
    return plots.grid(np.array(cells), "green: label 1", rows=list(ROWS))


def _framed(patch: Patch) -> Array:
    """The image of a patch in [0, 1], with a frame around its centre."""
    image = patch.image.copy()
    inner = patch.image[CENTRE, CENTRE]
    outer = slice(CENTRE.start - THICK, CENTRE.stop + THICK)
    image[outer, outer] = FRAMES[patch.label]
    image[CENTRE, CENTRE] = inner
    return image / np.float32(255)
