import math
from typing import Any

import keras
from keras import ops

from kgen import checks
from kgen.types import Shape, Tensor

EPSILON = 1e-8


@keras.saving.register_keras_serializable("kgen")
class ModulatedConvolution(keras.layers.Layer):
    """A 2-D convolution whose input channels a style scales, image by image.

        y_j = d_j Σ_i c W_ij ∗ (s_i x_i) + b_j,   d_j = 1 / √(Σ c² W_ij² s_i² + 10⁻⁸)

    The demodulation d_j brings the output to variance 1 if the inputs have variance 1 and are
    independent, whatever the style. The constant c = 1 / √(inputs of an output) equalises the
    learning rate, as in ``EqualisedConv2D``. Zero padding keeps the grid.

    Args:
        filters: int ≥ 1, output channels.
        kernel_size: int ≥ 1, side of the kernel.
        demodulate: bool, whether d_j is computed; otherwise it is 1.

    Raises:
        ValueError: if a size is below 1.

    Example:
        >>> ModulatedConvolution(32, 3)([maps, styles])  # (n, h, w, 16) and (n, 16)

    Reference:
        Karras et al., Analyzing and Improving the Image Quality of StyleGAN, 2020, section 2.2,
        arXiv:1912.04958
    """

    def __init__(
        self, filters: int, kernel_size: int, demodulate: bool = True, **kwargs: Any
    ):
        super().__init__(**kwargs)
        sizes = checks.check_sizes(filters=filters, kernel_size=kernel_size)
        self.filters, self.kernel_size = sizes
        self.demodulate = demodulate

    def build(self, input_shape: list[Shape]):
        side, channels = self.kernel_size, input_shape[0][-1]
        normal = keras.initializers.RandomNormal(stddev=1.0)
        shape = side, side, channels, self.filters
        self.kernel = self.add_weight(shape=shape, initializer=normal, name="kernel")
        self.bias = self.add_weight(
            shape=(self.filters,), initializer="zeros", name="bias"
        )
        self.scale = 1.0 / math.sqrt(side * side * channels)

    def call(self, inputs: list[Tensor]) -> Tensor:
        maps, styles = inputs
        kernel = self.kernel * self.scale
        # One kernel for all images, between two scalings, costs less than a kernel an image.
        values = ops.conv(maps * _everywhere(styles), kernel, padding="same")
        if self.demodulate:
            values = values * _everywhere(
                ops.cast(self._demodulation(styles), values.dtype)
            )
        return values + self.bias

    def _demodulation(self, styles):
        squares = ops.sum(
            ops.square(ops.cast(self.kernel, "float32") * self.scale), axis=(0, 1)
        )
        styles = ops.cast(styles, "float32")
        return ops.rsqrt(ops.matmul(ops.square(styles), squares) + EPSILON)

    def compute_output_shape(self, input_shape: list[Shape]) -> Shape:
        return (*input_shape[0][:-1], self.filters)

    def get_config(self) -> dict[str, Any]:
        own = {
            name: getattr(self, name)
            for name in ("filters", "kernel_size", "demodulate")
        }
        return {**super().get_config(), **own}


def _everywhere(channels):
    """Channels (n, c) at every point of a grid."""
    return channels[:, None, None, :]
