from typing import Any

import keras
import numpy as np
from keras import ops

from kgen.types import Tensor

AXES = "hwd"  # of a grid, for einsum


@keras.saving.register_keras_serializable("kgen")
class RandomShift(keras.layers.Layer):
    """Shifts each training image by whole pixels; differentiable in the image.

    Zeros come in at the edge. A discriminator that sees real and generated images through the same
    random shift cannot memorise the training set, and its class head reads digits at any position.
    Curves and volumes are shifted along each of their axes.

    Args:
        fraction: float in [0, 0.5], the largest shift in units of the image's side, rounded to
            pixels.
        seed: int or ``None``.

    Raises:
        ValueError: if ``fraction`` is out of range.

    Example:
        >>> RandomShift(0.08)(images, training=True)  # up to 2 of 28 pixels each way

    Reference:
        Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, 2020,
        arXiv:2006.10738
    """

    def __init__(self, fraction: float, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        if not 0 <= fraction <= 0.5:
            raise ValueError(f"shift={fraction!r} is not in [0, 0.5].")
        self.fraction, self.seed = fraction, seed
        self.seeds = keras.random.SeedGenerator(seed)

    def call(self, values: Tensor, training: bool = False) -> Tensor:
        if not training or self.fraction == 0:
            return values
        axes = AXES[: len(values.shape) - 2]
        for number, axis in enumerate(axes, start=1):
            # One 0/1 matrix per image: the fastest gather that also has a gradient everywhere.
            moved = f"b{axes.replace(axis, 'i')}c"
            values = ops.einsum(
                f"bi{axis},b{axes}c->{moved}", self._shifts(values, number), values
            )
        return values

    def _shifts(self, values, axis):
        side, count = values.shape[axis], ops.shape(values)[0]
        reach = round(self.fraction * side)
        offset = keras.random.randint((count, 1), -reach, reach + 1, seed=self.seeds)
        places = np.arange(side, dtype="int32") + offset
        return ops.one_hot(places, side, dtype=values.dtype)
