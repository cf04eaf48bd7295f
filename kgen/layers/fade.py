from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen.types import Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class Fade(keras.layers.Layer):
    """Mixes the old and the new path of a growing network.

        y = (1 − α) old + α new,   α = min(1, max(0, level − step + 1))

    The level of a network is the number of its doublings so far. From level ``step − 1`` to level
    ``step`` the new path replaces the old one; at both ends, y is exactly one of the two.

    Args:
        step: int ≥ 1, the doubling that the new path adds.

    Example:
        >>> Fade(3)([old, new, np.array([2.5])])  # level 2.5: the mean of old and new

    Reference:
        Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation,
        2018, arXiv:1710.10196
    """

    def __init__(self, step: int, **kwargs: Any):
        # Half precision would round the level.
        super().__init__(autocast=False, **kwargs)
        self.step = step

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        old, new, level = inputs
        share = ops.clip(ops.cast(level, "float32") - (self.step - 1), 0.0, 1.0)
        share = ops.reshape(share, (-1, *[1] * (len(new.shape) - 1)))
        mixed = (1.0 - share) * ops.cast(old, "float32") + share * ops.cast(
            new, "float32"
        )
        return ops.cast(mixed, self.compute_dtype)

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        return input_shape[1]
