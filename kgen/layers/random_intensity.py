from typing import Any

import keras
from keras import ops

from kgen import checks
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class RandomIntensity(keras.layers.Layer):
    """Changes brightness and contrast of each training image slightly; differentiable in the image.

        new = (1 + g) old + o,   g and o uniform about 0, drawn for each image

    Scanners differ in the same way. The mean over many draws is the image itself.

    Args:
        gain: float in [0, 0.9], the largest g.
        offset: float ≥ 0, the largest o, in the units of the values.
        seed: int or ``None``.

    Raises:
        ValueError: if a number is out of range.

    Example:
        >>> RandomIntensity(gain=0.1, offset=0.05)(images, training=True)
    """

    def __init__(
        self,
        gain: float = 0.0,
        offset: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        checks.check_fractions(gain=gain)
        checks.check_number("offset", offset, 0, float("inf"))
        self.gain, self.offset, self.seed = gain, offset, seed
        self.seeds = keras.random.SeedGenerator(seed)

    def call(self, values: Tensor, training: bool = False) -> Tensor:
        if not training or not (self.gain or self.offset):
            return values
        shape = (ops.shape(values)[0], *[1] * (len(values.shape) - 1))
        # Drawn in float32 whatever the values are: the same seed is the same change.
        gain, offset = (
            keras.random.uniform(
                shape, -float(reach), float(reach), dtype="float32", seed=self.seeds
            )
            for reach in (self.gain, self.offset)
        )
        return values * ops.cast(1.0 + gain, values.dtype) + ops.cast(
            offset, values.dtype
        )
