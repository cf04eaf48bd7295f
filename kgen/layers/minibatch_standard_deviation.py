from typing import Any

import keras
from keras import ops

from kgen import checks
from kgen.types import Shape, Tensor

EPSILON = 1e-8


@keras.saving.register_keras_serializable("kgen")
class MinibatchStandardDeviation(keras.layers.Layer):
    """Adds a channel that tells a discriminator how much the values of a batch differ.

        s = mean over points and channels of √(variance within the group + 10⁻⁸)

    A batch of n values has m = ⌊n / group_size⌋ groups, at least one; value i is in group i mod m.
    All points of the new channel are the s of the value's group. If n is a multiple of
    ``group_size``, these are the groups of the authors' code. Fakes that are all alike give a small
    s, so that the discriminator notices a collapse.

    Args:
        group_size: int ≥ 1, values per group.

    Raises:
        ValueError: if ``group_size`` is below 1.

    Example:
        >>> MinibatchStandardDeviation()(maps)  # (n, height, width, channels + 1)

    Reference:
        Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        2018, arXiv:1710.10196
    """

    def __init__(self, group_size: int = 4, **kwargs: Any):
        super().__init__(**kwargs)
        (self.group_size,) = checks.check_sizes(group_size=group_size)

    def call(self, maps: Tensor) -> Tensor:
        values = ops.reshape(ops.cast(maps, "float32"), (ops.shape(maps)[0], -1))
        means = self._means(ops.shape(maps)[0])
        variance = ops.matmul(means, ops.square(values - ops.matmul(means, values)))
        spread = ops.mean(ops.sqrt(variance + EPSILON), axis=-1)
        spread = ops.reshape(
            ops.cast(spread, maps.dtype), (-1, *[1] * (len(maps.shape) - 1))
        )
        return ops.concatenate([maps, spread * ops.ones_like(maps[..., :1])], axis=-1)

    def _means(self, count):
        """A matrix (n, n) that takes the mean of every value's group."""
        groups = ops.maximum(count // self.group_size, 1)
        group = ops.arange(count) % groups
        together = ops.cast(ops.expand_dims(group, 1) == group, "float32")
        return together / ops.sum(together, axis=1, keepdims=True)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], input_shape[-1] + 1)
