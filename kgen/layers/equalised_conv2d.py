import math
from collections.abc import Sequence
from typing import Any

import keras

from kgen.types import Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class EqualisedConv2D(keras.layers.Conv2D):
    """A 2-D convolution with an equalised learning rate, as ``EqualisedDense``.

        y = a(c w ∗ x + b),   c = gain / √(height · width · channels of the kernel)

    Weights start from N(0, 1), zero padding keeps the grid.

    Args:
        filters: int ≥ 1, output channels.
        kernel_size: int or pair of ints ≥ 1.
        gain: float, √2 before a ReLU or LeakyReLU, 1 before a linear output.
        **kwargs: ``strides``, ``activation``, ``use_bias``, ``name`` … of ``keras.layers.Conv2D``;
            ``padding`` is ``"same"`` if not given.

    Example:
        >>> EqualisedConv2D(16, 3)(images)  # (n, height, width, 16)

    Reference:
        Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        2018, arXiv:1710.10196
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        gain: float = math.sqrt(2.0),
        **kwargs: Any,
    ):
        kwargs.setdefault(
            "kernel_initializer", keras.initializers.RandomNormal(stddev=1.0)
        )
        kwargs.setdefault("padding", "same")
        super().__init__(filters, kernel_size, **kwargs)
        self.gain = gain

    def build(self, input_shape: Shape):
        super().build(input_shape)
        self.scale = self.gain / math.sqrt(math.prod(self._kernel.shape[:-1]))

    def convolution_op(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        # Scaling the kernel costs less than scaling the maps.
        return super().convolution_op(inputs, kernel * self.scale)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "gain": self.gain}
