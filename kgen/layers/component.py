import math
from typing import Any

import keras
from keras import ops

from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Component(keras.layers.Layer):
    """The part of an even mixture that a latent vector belongs to, given by its first latent.

        k = ⌊K Φ(z₁)⌋

    Φ is the distribution function of N(0, 1). Latents from N(0, I) belong to each part equally
    often, and z₂, z₃, … have the same distribution in all parts.

    Args:
        components: int ≥ 1, K.

    Example:
        >>> np.asarray(Component(2)(np.array([[-1.0, 0.3], [2.0, 0.3]])))
        array([0, 1], dtype=int32)
    """

    def __init__(self, components: int, **kwargs: Any):
        # Rounded to half precision, a latent near a border would change sides.
        super().__init__(autocast=False, **kwargs)
        self.components = components

    def call(self, z: Tensor) -> Tensor:
        share = 0.5 * (1.0 + ops.erf(ops.cast(z[:, 0], "float32") / math.sqrt(2.0)))
        whole = ops.cast(ops.floor(self.components * share), "int32")
        return ops.clip(whole, 0, self.components - 1)

    def compute_output_spec(self, z: keras.KerasTensor) -> keras.KerasTensor:
        return keras.KerasTensor(z.shape[:1], dtype="int32")
