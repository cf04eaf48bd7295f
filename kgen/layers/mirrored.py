import keras
from keras import ops


@keras.saving.register_keras_serializable("kgen")
class Mirrored(keras.layers.Layer):
    """Continues values on a grid beyond every edge by one point, which repeats the outermost one.

    A convolution without padding then leaves the grid as it is. Zeros in that place would be an edge
    that networks see: of canvases of other sizes they would make something else.

    Example:
        >>> Mirrored()(np.array([[[1.0], [2.0]]]))[0, :, 0]  # 1, 1, 2, 2
    """

    def call(self, values):
        axes = len(values.shape) - 2
        return ops.pad(values, [(0, 0), *[(1, 1)] * axes, (0, 0)], mode="symmetric")
