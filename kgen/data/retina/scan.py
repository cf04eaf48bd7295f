from typing import NamedTuple

import numpy as np


class Scan(NamedTuple):
    """A B-scan of a macula, and what is true of it.

    Args:
        image: uint8 array (size, size), the vitreous above; black is −25 dB, white 0 dB.
        fluid: bool array (size, size), which pixels are at least half fluid.
        surfaces: float array (12, size), the depth of the 11 layers' borders, µm from the upper
            edge: the first is the inner limiting membrane, the last Bruch's membrane.
        measures: dict of floats: ``thickness_um`` at the fovea, fluid included; of the fluid
            ``pockets``, their number; ``width_um`` and ``height_um`` of the largest one.
    """

    image: np.ndarray
    fluid: np.ndarray
    surfaces: np.ndarray
    measures: dict[str, float]
