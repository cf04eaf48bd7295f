import keras
from keras import ops

from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Mirrored(keras.layers.Layer):
    """Adds one point beyond every edge of a grid, a copy of the outermost point.

    A convolution without padding then keeps the size of the grid. Networks would see zeros as an
    edge, and would draw canvases of other sizes differently.

    Example:
        >>> np.asarray(Mirrored()(np.array([[[1.0], [2.0]]])))[0, :, 0]
        array([1., 1., 2., 2.], dtype=float32)
    """

    def call(self, values: Tensor) -> Tensor:
        axes = len(values.shape) - 2
        return ops.pad(values, [(0, 0), *[(1, 1)] * axes, (0, 0)], mode="symmetric")
