from typing import NamedTuple

import numpy as np

from kgen.types import Array

SIDE, CENTRE = 96, slice(32, 64)  # pixels; the label is that of the centre


class Patch(NamedTuple):
    """A patch of stained tissue, and what is true of it.

    Args:
        image: uint8 array (96, 96, 3), red, green and blue.
        tumour: bool array (96, 96), where the tissue is that of a tumour.
        nuclei: array (k, 4), row, column, area in pixels and class (0 or 1) of every nucleus.
    """

    image: Array
    tumour: Array
    nuclei: Array

    @property
    def label(self) -> int:
        """1 if the centre holds a pixel of a tumour, else 0."""
        return int(self.tumour[CENTRE, CENTRE].any())

    @property
    def measures(self) -> tuple[int, float]:
        """How many nuclei lie in the centre, and their mean area in pixels."""
        places = self.nuclei[:, :2]
        inside = ((places >= CENTRE.start) & (places < CENTRE.stop)).all(axis=1)
        areas = self.nuclei[inside, 2]
        return len(areas), float(areas.mean()) if len(areas) else 0.0


def colours(images: Array) -> Array:
    """Mean and standard deviation of red, green and blue in the centre of each image, (n, 6)."""
    centres = np.asarray(images)[:, CENTRE, CENTRE]
    return np.concatenate([centres.mean(axis=(1, 2)), centres.std(axis=(1, 2))], axis=1)
