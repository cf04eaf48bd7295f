from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from kgen.layers.sampling import read
from kgen.types import Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class Warp(keras.layers.Layer):
    """Reads each value at displaced points of its grid, by linear interpolation.

        new(x) = old(x + u(x))

    The displacement u is in points. Places outside the grid read its nearest point. Organs differ
    between people more in shape than in brightness: a network that displaces points moves an edge,
    and one that adds brightness blurs it.

    Call arguments: values (n, …, channels) of one to three axes, and the displacement (n, …, axes)
    on the same grid.

    Example:
        >>> rows = np.arange(16.0).reshape(1, 4, 4, 1)
        >>> right = np.tile([0.0, 1.0], (1, 4, 4, 1))  # one point along the second axis
        >>> ops.convert_to_numpy(Warp()([rows, right]))[0, 0, :, 0]
        array([1., 2., 3., 3.], dtype=float32)

    Reference:
        Jaderberg et al., Spatial Transformer Networks, 2015, arXiv:1506.02025;
        Shu et al., Deforming Autoencoders: Unsupervised Disentangling of Shape and Appearance,
        2018, arXiv:1806.06503
    """

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        values, displacement = inputs
        shape = tuple(values.shape[1:-1])
        shifts = ops.unstack(ops.cast(displacement, "float32"), axis=-1)
        grid = np.meshgrid(*map(np.arange, shape), indexing="ij")
        places = list(map(_within, shifts, grid, shape))
        return ops.reshape(read(values, places), ops.shape(values))

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        return input_shape[0]


def _within(shift, points, side):
    """Where along an axis each point is read: at most at the edge; (n, points)."""
    places = ops.clip(shift + points.astype("float32"), 0.0, side - 1.0)
    return ops.reshape(places, (-1, points.size))
