import math
from typing import Any

import keras

from kgen.types import Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class EqualisedDense(keras.layers.Dense):
    """A dense layer with an equalised learning rate: weights start from N(0, 1) and are scaled.

        y = a(c W x + b),   c = gain / √inputs

    Adam moves every weight by about its learning rate, whatever the weight's scale. With the
    constant c outside the weights, layers of all sizes therefore learn at the same speed.

    Args:
        units: int ≥ 1, outputs.
        gain: float, √2 before a ReLU or LeakyReLU, 1 before a linear output.
        **kwargs: ``activation``, ``use_bias``, ``name`` … of ``keras.layers.Dense``.

    Example:
        >>> EqualisedDense(1, gain=1.0)(features)  # (n, 1)

    Reference:
        Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        2018, arXiv:1710.10196
    """

    def __init__(self, units: int, gain: float = math.sqrt(2.0), **kwargs: Any):
        kwargs.setdefault(
            "kernel_initializer", keras.initializers.RandomNormal(stddev=1.0)
        )
        super().__init__(units, **kwargs)
        self.gain = gain

    def build(self, input_shape: Shape):
        super().build(input_shape)
        self.scale = self.gain / math.sqrt(input_shape[-1])

    def call(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        return super().call(inputs * self.scale, training)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "gain": self.gain}
