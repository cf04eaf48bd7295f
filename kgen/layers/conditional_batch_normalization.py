from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen.layers.batch_normalization import BatchNormalization
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class ConditionalBatchNormalization(keras.layers.Layer):
    """BatchNorm whose gain and offset are linear in a condition c, such as a class embedding.

        y = (1 + A c) (x − mean) / √(variance + ε) + B c

    A and B start at zero: at the start this is plain BatchNorm. They take no spectral norm, which
    would bring them to norm 1 in the first step.

    Args:
        momentum: float in [0, 1), share of the running statistics that a batch leaves unchanged.
        **kwargs: ``name``, ``dtype`` of ``keras.layers.Layer``.

    Example:
        >>> ConditionalBatchNormalization()([features, condition])  # (n, …, channels), (n, k)

    Reference:
        Brock, Donahue & Simonyan, Large Scale GAN Training for High Fidelity Natural Image
        Synthesis, 2019, arXiv:1809.11096
    """

    def __init__(self, momentum: float = 0.9, **kwargs: Any):
        super().__init__(**kwargs)
        self.momentum = momentum

    def build(self, input_shape: Sequence[Sequence[int | None]]):
        features, condition = input_shape
        channels, policy = features[-1], {"dtype": self.dtype_policy}
        self.norm = BatchNormalization(
            momentum=self.momentum, scale=False, center=False, **policy
        )
        self.norm.build(features)
        linear = {"use_bias": False, "kernel_initializer": "zeros", **policy}
        self.gain = keras.layers.Dense(channels, name="gain", **linear)
        self.offset = keras.layers.Dense(channels, name="offset", **linear)
        self.gain.build(condition)
        self.offset.build(condition)

    def call(self, inputs: Sequence[Tensor], training: bool | None = None) -> Tensor:
        features, condition = inputs
        normal = self.norm(features, training=training)
        points = (-1, *[1] * (len(features.shape) - 2), features.shape[-1])
        gain = ops.reshape(self.gain(condition), points)
        return (1.0 + gain) * normal + ops.reshape(self.offset(condition), points)

    def compute_output_shape(self, input_shape: Sequence[Sequence[int | None]]):
        return input_shape[0]
