"""Keras' layers by the number of axes of a grid, and how often a grid can be halved."""

import math

import keras
from keras import layers

from kgen.types import Shape, Tensor

KERNEL = 4  # divisible by the stride 2: transposed convolutions leave no checkerboard
LEAST_SIDES = {1: 8, 2: 8, 3: 4}
MOST = 4  # halvings: coarser maps have no neighbours left

CONVOLUTIONS = {1: layers.Conv1D, 2: layers.Conv2D, 3: layers.Conv3D}
TRANSPOSED = {
    1: layers.Conv1DTranspose,
    2: layers.Conv2DTranspose,
    3: layers.Conv3DTranspose,
}
UPSAMPLINGS = {1: layers.UpSampling1D, 2: layers.UpSampling2D, 3: layers.UpSampling3D}
POOLINGS = {
    1: layers.GlobalAveragePooling1D,
    2: layers.GlobalAveragePooling2D,
    3: layers.GlobalAveragePooling3D,
}
PADDINGS = {1: layers.ZeroPadding1D, 2: layers.ZeroPadding2D, 3: layers.ZeroPadding3D}
CROPPINGS = {1: layers.Cropping1D, 2: layers.Cropping2D, 3: layers.Cropping3D}


def rank(shape: Shape) -> int:
    """The number of grid axes of values of ``shape`` (…, channels): 0 for vectors, 2 for images."""
    return len(shape) - 1


def convolution(shape: Shape) -> type[keras.Layer]:
    """The convolution for values of ``shape``."""
    return CONVOLUTIONS[rank(shape)]


def transposed(shape: Shape) -> type[keras.Layer]:
    """The transposed convolution for values of ``shape``."""
    return TRANSPOSED[rank(shape)]


def halvings(shape: Shape) -> int:
    """How often a grid can be halved and still be 4 points wide; at most 4 times, at least once."""
    _check_grid(shape)
    return max(1, min(MOST, int(math.log2(min(shape[:-1]) / 4))))


def doublings(shape: Shape) -> int:
    """How many strided layers lead G from 4 points or fewer to the grid: 1 to 4 of them."""
    _check_grid(shape)
    return max(1, min(MOST, math.ceil(math.log2(min(shape[:-1]) / 4))))


def depth(shape: Shape) -> int:
    """How many strided layers D has, as G, but at least two: with fewer it sees only strokes."""
    return max(2, doublings(shape))


def coarsest(shape: Shape, width: int, stages: int) -> Shape:
    """The shape of the feature map that this many doublings bring to the grid."""
    sides = (math.ceil(side / 2**stages) for side in shape[:-1])
    return (*sides, width * 2 ** (stages - 1))


def cropped(values: Tensor, shape: Shape) -> Tensor:
    """Values cut at the far edges: the last doubling overshoots odd sides."""
    pairs = zip(values.shape[1:-1], shape[:-1], strict=True)
    extra = [(0, have - want) for have, want in pairs]
    if not any(after for _, after in extra):
        return values
    return CROPPINGS[rank(shape)](extra if len(extra) > 1 else extra[0])(values)


def padded(values: Tensor, multiple: int) -> Tensor:
    """Values with zeros at the far edges, so that every side is a multiple and halves exactly."""
    sides = values.shape[1:-1]
    missing = [(0, -side % multiple) for side in sides]
    if not any(after for _, after in missing):
        return values
    return PADDINGS[len(sides)](missing if len(missing) > 1 else missing[0])(values)


def _check_grid(shape):
    """Raises unless values of ``shape`` (…, channels) are large enough for strided convolutions."""
    *sides, channels = shape
    least = LEAST_SIDES.get(len(sides), 4)
    if not 1 <= len(sides) <= 3 or min(sides) < least or channels < 1:
        raise ValueError(
            f"shape={tuple(shape)} cannot be halved by convolutions: "
            "they take (length, channels) and (height, width, channels) with sides of at least 8, "
            "(depth, height, width, channels) with sides of at least 4. "
            "Resize or pad smaller values, or flatten them into vectors; "
            "grey images have one channel."
        )
