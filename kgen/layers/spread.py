from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen.types import Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class Spread(keras.layers.Layer):
    """Vectors (n, k) repeated at every point of a grid, (n, …, k).

    ``keras.layers.UpSampling2D`` of a single point gives the same with five times the operations.

    Args:
        sides: ints ≥ 1, the sides of the grid.

    Example:
        >>> Spread((28, 28))(np.ones((2, 10), "float32")).shape
        TensorShape([2, 28, 28, 10])
    """

    def __init__(self, sides: Sequence[int], **kwargs: Any):
        super().__init__(**kwargs)
        self.sides = tuple(sides)

    def call(self, vectors: Tensor) -> Tensor:
        single = ops.reshape(vectors, (-1, *[1] * len(self.sides), vectors.shape[-1]))
        shape = ops.shape(vectors)[0], *self.sides, vectors.shape[-1]
        return ops.broadcast_to(single, shape)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], *self.sides, input_shape[-1])
