import itertools
from typing import Any

import keras
import numpy as np
from keras import ops

from kgen import checks
from kgen.layers.sampling import moved
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class RandomAffine(keras.layers.Layer):
    """Rotates, shifts, scales and mirrors training images slightly; differentiable in the image.

        new(x) = old(A (x − c) + c + b),   A a rotation times a scale, c the centre

    Values between pixels are interpolated linearly; zeros come in at the edge. Volumes rotate in
    each of their three planes. The position of heads in a scanner varies in the same way. A
    discriminator that sees real and generated images through this layer cannot memorise a small
    training set.

    Args:
        rotation: float in [0, 180], the largest angle, degrees.
        shift: float in [0, 0.5], the largest shift along an axis in units of its side.
        scale: float in [0, 0.9], the largest relative change of size, of all axes alike.
        flip: bool, mirrors left and right in half of the images; not where the side matters.
        seed: int or ``None``.

    Raises:
        ValueError: if a number is out of range.

    Example:
        >>> RandomAffine(rotation=5, shift=0.03, scale=0.05)(images, training=True)

    Reference:
        Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, 2020,
        arXiv:2006.10738
    """

    def __init__(
        self,
        rotation: float = 0.0,
        shift: float = 0.0,
        scale: float = 0.0,
        flip: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        checks.check_number("rotation", rotation, 0, 180)
        checks.check_number("shift", shift, 0, 0.5)
        checks.check_fractions(scale=scale)
        self.rotation = rotation
        self.shift = shift
        self.scale = scale
        self.flip = flip
        self.seed = seed
        self.seeds = keras.random.SeedGenerator(seed)

    def call(self, values: Tensor, training: bool = False) -> Tensor:
        if not training:
            return values
        if self.rotation or self.shift or self.scale:
            values = moved(values, *self._drawn(values))
        return self._flipped(values) if self.flip else values

    def _drawn(self, values):
        """A matrix and a shift for each image."""
        sides, count = values.shape[1:-1], ops.shape(values)[0]
        axes = len(sides)
        shifts = self._between(self.shift, (count, axes)) * np.array(sides, "float32")
        matrices = ops.reshape(
            1.0 / (1.0 + self._between(self.scale, (count,))), (-1, 1, 1)
        )
        matrices = matrices * np.eye(axes, dtype="float32")
        for plane in itertools.combinations(range(axes), 2):
            angles = self._between(np.deg2rad(self.rotation), (count,))
            matrices = ops.matmul(matrices, _rotations(angles, axes, plane))
        # in float32: places of half precision would miss their pixel
        return (matrices, shifts)

    def _between(self, reach, shape):
        return keras.random.uniform(
            shape, -float(reach), float(reach), dtype="float32", seed=self.seeds
        )

    def _flipped(self, values):
        shape = (ops.shape(values)[0], *[1] * (len(values.shape) - 1))
        mirrored = keras.random.uniform(shape, seed=self.seeds) < 0.5
        return ops.where(mirrored, ops.flip(values, axis=-2), values)


def _rotations(angles, axes, plane):
    """Matrices (n, axes, axes) that turn one plane by the angles."""
    fixed = np.eye(axes, dtype="float32")
    turned, crossed = np.zeros((2, axes, axes), "float32")
    first, second = plane
    turned[plane, plane] = 1.0
    crossed[second, first], crossed[first, second] = 1.0, -1.0
    angles = ops.reshape(angles, (-1, 1, 1))
    return (fixed - turned) + ops.cos(angles) * turned + ops.sin(angles) * crossed
