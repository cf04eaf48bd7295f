from collections.abc import Sequence
from typing import Any

import keras

from kgen.layers.batch_normalization import BatchNormalization
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class ConditionalBatchNormalization(keras.layers.Layer):
    """BatchNorm whose gain and offset are linear in a condition c, such as the code of a class.

        y = (1 + A c) (x − mean) / √(variance + ε) + B c

    A and B start at zero, as a layer of plain BatchNorm. So spectral normalisation does not suit
    them: it would bring their norm to 1 in the first step.

    Args:
        momentum: float in [0, 1), share of the running statistics that a batch leaves unchanged.
        **kwargs: ``name``, ``dtype`` of ``keras.layers.Layer``.

    Example:
        >>> ConditionalBatchNormalization()([features, codes])  # (n, h, w, channels) and (n, k)

    Reference:
        Brock, Donahue & Simonyan, Large Scale GAN Training for High Fidelity Natural Image
        Synthesis, 2019, arXiv:1809.11096
    """

    def __init__(self, momentum: float = 0.9, **kwargs: Any):
        super().__init__(**kwargs)
        self.momentum = momentum

    def build(self, input_shape: Sequence[Sequence[int | None]]):
        features, condition = input_shape
        plain = {"scale": False, "center": False, "dtype": self.dtype_policy}
        self.norm = BatchNormalization(momentum=self.momentum, **plain)
        self.norm.build(features)
        self.gain, self.offset = (self._linear(features, condition, n) for n in ("gain", "offset"))

    def call(self, inputs: Sequence[Tensor], training: bool | None = None) -> Tensor:
        features, condition = inputs
        normal = self.norm(features, training=training)
        return (1.0 + self.gain(condition)) * normal + self.offset(condition)

    def compute_output_shape(self, input_shape: Sequence[Sequence[int | None]]):
        return input_shape[0]

    def _linear(self, features, condition, name):
        """A linear map of the condition to one number per channel, the same at every point."""
        zeros = {"use_bias": False, "kernel_initializer": "zeros", "dtype": self.dtype_policy}
        dense = keras.layers.Dense(features[-1], name=name, **zeros)
        points = keras.layers.Reshape((*[1] * (len(features) - 2), features[-1]))
        linear = keras.Sequential([dense, points])
        linear.build(condition)
        return linear
