from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kgen.types import Array, Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class LinearInterpolation(keras.layers.Layer):
    """Reads maps on another grid of the same extent, by linear interpolation along every axis.

        y = W x along each axis,   rows of W sum to 1

    Points are the centres of cells of equal size; beyond the outermost centres the values are
    constant. Doubling an image gives the values of ``keras.layers.UpSampling2D`` with
    ``interpolation="bilinear"``. This layer takes any number of axes and any sides.

    Args:
        sides: sequence of ints ≥ 1, the points of the new grid along each axis.

    Example:
        >>> maps = np.array([0.0, 1.0]).reshape(1, 2, 1)
        >>> ops.convert_to_numpy(LinearInterpolation((4,))(maps)).ravel()
        array([0.  , 0.25, 0.75, 1.  ], dtype=float32)
    """

    def __init__(self, sides: Sequence[int], **kwargs: Any):
        super().__init__(**kwargs)
        self.sides = tuple(sides)

    def call(self, maps: Tensor) -> Tensor:
        for axis, side in enumerate(self.sides, start=1):
            weights = ops.cast(_weights(maps.shape[axis], side), maps.dtype)
            read = ops.tensordot(maps, weights, axes=([axis], [1]))
            maps = ops.moveaxis(read, -1, axis)
        return maps

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], *self.sides, input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "sides": self.sides}


def _weights(old: int, new: int) -> Array:
    """How much each of the old points weighs in each of the new ones: (new, old)."""
    places = (np.arange(new) + 0.5) * old / new - 0.5
    units = np.eye(old, dtype="float32")
    read = [np.interp(places, np.arange(old), unit) for unit in units]
    return np.stack(read, axis=1).astype("float32")
