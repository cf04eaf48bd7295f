"""Unit vectors along a line, as the turns of a frame that never rolls about the line.

Such a frame (Bishop 1975, doi:10.1080/00029890.1975.11993807) is carried from one direction to the
next by the smallest rotation. Two angles describe each turn, whatever the directions are.
"""

import numpy as np

from kgen.fields.arrays import library
from kgen.types import Array, Tensor

TINY = 1e-12  # keeps lengths and angles above 0
# v @ CROSS holds the nine numbers of the matrix that takes the cross product v × .
CROSS = np.array(
    [
        [0, 0, 0, 0, 0, -1, 0, 1, 0],
        [0, 0, 1, 0, 0, 0, -1, 0, 0],
        [0, -1, 0, 1, 0, 0, 0, 0, 0],
    ],
    "float32",
)
SUM = np.ones((3, 1), "float32")
UNIT = np.eye(3, dtype="float32")


def turns(directions: Tensor) -> Tensor:
    """Angles (n, k, 2) of the turns that lead to each of the unit vectors (n, k, 3).

    They are about the second and the third axis of the frame, which begins with its first axis
    along x. A turn by exactly π has no axis of its own, and its angles are 0.
    """
    use = library(directions)
    along_x = 0.0 * directions[:, :1] + UNIT[:1]
    before = use.concatenate([along_x, directions[:, :-1]], axis=1)
    axes = (_crosswise(before) @ directions[..., None])[..., 0]
    cosines, sines = (before * directions) @ SUM, length(axes)
    angles = use.arctan2(sines, cosines) / sines
    back = _crosswise(-axes)
    # 1 / (1 + cosine), in a form that keeps its digits near π
    smallest = UNIT + back + back @ back * ((1.0 - cosines) / sines**2)[..., None]
    return (cumulated(smallest) @ (axes * angles)[..., None])[..., 1:, 0]


def directions(turns: Tensor) -> Tensor:
    """Unit vectors (n, k, 3) from the angles (n, k, 2) of ``turns``."""
    use = library(turns)
    axes = use.concatenate([0.0 * turns[..., :1], turns], axis=-1)
    angle, crosswise = length(axes)[..., None], _crosswise(axes)
    half = use.sin(angle / 2.0) / angle
    rotations = UNIT + use.sin(angle) / angle * crosswise
    return cumulated(rotations + 2.0 * half * half * crosswise @ crosswise)[..., 0]


def length(vectors: Tensor) -> Tensor:
    """Lengths (…, 1) of vectors (…, 3), above 0."""
    return (vectors * vectors @ SUM + TINY) ** 0.5


def cumulated(matrices: Tensor) -> Tensor:
    """Products of the first, the first two, the first three … of matrices (n, k, 3, 3)."""
    use, reach = library(matrices), 1
    while reach < matrices.shape[1]:
        further = matrices[:, :-reach] @ matrices[:, reach:]
        matrices = use.concatenate([matrices[:, :reach], further], axis=1)
        reach *= 2
    return matrices


def frame(ahead: Array) -> Array:
    """A rotation (3, 3) whose first column is the direction ``ahead``."""
    first = np.asarray(ahead, "float64") / np.linalg.norm(ahead)
    second = np.cross(first, np.eye(3)[np.abs(first).argmin()])
    second /= np.linalg.norm(second)
    return np.column_stack([first, second, np.cross(first, second)]).astype("float32")


def _crosswise(vectors):
    matrices = vectors @ CROSS
    return library(vectors).reshape(matrices, (-1, *vectors.shape[1:], 3))
