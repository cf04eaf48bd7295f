from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Brain:
    """A phantom brain with its truth.

    Args:
        image: float32 array (side, side) or (side, side, side), T1-weighted, about 0 to 1; the
            axes x, y, z point right, to the front and up.
        tissue: uint8 array of the same shape: 0 outside, 1 fluid, 2 grey matter, 3 white matter,
            4 tumour.
        ct: float32 array of the same shape, Hounsfield units.
        label: int, 0 control, 1 disease.
        age: float, years.
        sex: str, ``"female"`` or ``"male"``.
        latents: float array (3,), standardised ventricle, cortex, hippocampus.
        measures: dict of measures of this image, mm, mm² or mm³.
        ct_move: float array (2,) or (3,), mm by which the CT is moved right, to the front and up.
    """

    image: np.ndarray
    tissue: np.ndarray
    ct: np.ndarray
    label: int
    age: float
    sex: str
    latents: np.ndarray
    measures: dict
    ct_move: np.ndarray
