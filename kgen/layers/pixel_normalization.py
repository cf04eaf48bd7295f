import keras
from keras import ops

from kgen.types import Tensor

EPSILON = 1e-8


@keras.saving.register_keras_serializable("kgen")
class PixelNormalization(keras.layers.Layer):
    """Scales the channels at every point to a mean square of 1; it has no weights.

        y = x / √(mean over channels of x² + 10⁻⁸)

    It keeps the magnitudes in a generator from growing in a competition with its discriminator.

    Example:
        >>> PixelNormalization()(np.array([[3.0, 4.0]]))  # [[0.8485, 1.1314]]

    Reference:
        Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        2018, arXiv:1710.10196
    """

    def call(self, values: Tensor) -> Tensor:
        wide = ops.cast(values, "float32")
        squares = ops.mean(ops.square(wide), axis=-1, keepdims=True)
        return ops.cast(wide * ops.rsqrt(squares + EPSILON), self.compute_dtype)
