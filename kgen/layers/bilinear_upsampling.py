import keras
from keras import ops

from kgen.types import Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class BilinearUpsampling(keras.layers.Layer):
    """Doubles both sides of maps by linear interpolation, with gradients of every order.

    The new points lie a quarter of a pixel beside the old ones: each is ¾ of the nearest point and
    ¼ of the next, the filter (1, 3, 3, 1) of the paper. ``keras.layers.UpSampling2D`` with
    ``interpolation="bilinear"`` gives the same values. Its gradient has no gradient under
    TensorFlow, which path lengths need.

    Example:
        >>> BilinearUpsampling()(maps)  # (n, 2 height, 2 width, channels)

    Reference:
        Karras et al., Analyzing and Improving the Image Quality of StyleGAN, 2020,
        arXiv:1912.04958
    """

    def call(self, maps: Tensor) -> Tensor:
        return _doubled(_doubled(maps, 1), 2)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        count, height, width, channels = input_shape
        return count, 2 * height, 2 * width, channels


def _doubled(maps, axis):
    """Maps of twice the points along an axis."""
    side = maps.shape[axis]
    first, last = (ops.take(maps, [place], axis=axis) for place in (0, side - 1))
    wide = ops.concatenate([first, maps, last], axis=axis)
    before, after = (_cut(wide, axis, start, side) for start in (0, 2))
    near = 0.75 * maps
    pairs = ops.stack([near + 0.25 * before, near + 0.25 * after], axis=axis + 1)
    shape = list(maps.shape)
    shape[0], shape[axis] = -1, 2 * side
    return ops.reshape(pairs, shape)


def _cut(maps, axis, start, count):
    take = [slice(None)] * len(maps.shape)
    take[axis] = slice(start, start + count)
    return maps[tuple(take)]
