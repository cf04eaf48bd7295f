from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen.types import Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class LearnedConstant(keras.layers.Layer):
    """Gives the same learnt value for every value of a batch; it starts from N(0, stddev²).

    Args:
        shape: sequence of ints, the shape of the value.
        stddev: float ≥ 0.

    Example:
        >>> tuple(LearnedConstant((4, 4, 512))(np.ones((8, 16))).shape)  # of eight styles
        (8, 4, 4, 512)

    Reference:
        Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks,
        2019, section 2, arXiv:1812.04948
    """

    def __init__(self, shape: Sequence[int], stddev: float = 1.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.shape, self.stddev = tuple(shape), stddev

    def build(self, input_shape: Shape):
        normal = keras.initializers.RandomNormal(stddev=self.stddev)
        self.value = self.add_weight(
            shape=(1, *self.shape), initializer=normal, name="value"
        )

    def call(self, values: Tensor) -> Tensor:
        count = ops.shape(values)[0]
        return ops.broadcast_to(self.value, (count, *self.shape))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], *self.shape)

    def get_config(self) -> dict[str, Any]:
        own = {"shape": self.shape, "stddev": self.stddev}
        return {**super().get_config(), **own}
