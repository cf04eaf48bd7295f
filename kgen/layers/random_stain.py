from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kgen import checks
from kgen.types import Tensor

# Optical densities of red, green and blue: hematoxylin, eosin, and what is neither.
STAINS = np.array(
    [[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]], "float32"
)
DARKEST = 1e-3  # an optical density is finite from here on


@keras.saving.register_keras_serializable("kgen")
class RandomStain(keras.layers.Layer):
    """Changes how strongly each training image is stained; differentiable in the image.

        −ln RGB = c S,   c'_k = (1 + g_k) c_k + o_k,   RGB' = exp(−c' S)

    The rows of S are the optical densities of hematoxylin, eosin and the rest, c the amount of each
    at a pixel. g and o are uniform about 0, drawn for each image and stain. Laboratories and
    scanners differ in the same way. A network that sees this jitter in training reads shapes rather
    than shades.

    Args:
        jitter: float in [0, 0.9], the largest g and the largest o.
        limits: pair of floats, the values of black and of white.
        seed: int or ``None``.

    Raises:
        ValueError: if ``jitter`` is out of range, black is not below white, or images do not have
            the three channels red, green and blue.

    Example:
        >>> RandomStain(jitter=0.05)(patches, training=True)  # (n, height, width, 3) in [0, 1]

    Reference:
        Ruifrok & Johnston, Quantification of histochemical staining by color deconvolution, 2001;
        Tellez et al., Whole-Slide Mitosis Detection in H&E Breast Histology, 2018,
        arXiv:1808.05896
    """

    def __init__(
        self,
        jitter: float = 0.0,
        limits: Sequence[float] = (0.0, 1.0),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.check_fractions(jitter=jitter)
        self.jitter, self.limits, self.seed = jitter, tuple(limits), seed
        if not limits[0] < limits[1]:
            raise ValueError(
                f"limits={limits!r} should be black and white, the smaller one first."
            )
        self.seeds = keras.random.SeedGenerator(seed)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if input_shape[-1] != 3:
            raise ValueError(
                f"stain={self.jitter} changes colours; these images have {input_shape[-1]} "
                "channels, not the three of red, green and blue. Leave it out."
            )

    def call(self, values: Tensor, training: bool = False) -> Tensor:
        if not training or not self.jitter:
            return values
        black, white = self.limits
        # In float32 whatever the values are: the logarithm of a dark pixel needs its digits.
        light = (ops.cast(values, "float32") - black) / (white - black)
        amounts = ops.matmul(
            -ops.log(ops.clip(light, DARKEST, 1.0)), np.linalg.inv(STAINS)
        )
        gain, offset = self._drawn(values), self._drawn(values)
        densities = ops.matmul((1.0 + gain) * amounts + offset, STAINS)
        light = ops.exp(-ops.maximum(densities, 0.0))
        return ops.cast(black + (white - black) * light, values.dtype)

    def _drawn(self, values: Tensor) -> Tensor:
        """A number for each image and stain."""
        shape, reach = (
            (ops.shape(values)[0], *[1] * (len(values.shape) - 2), 3),
            self.jitter,
        )
        return keras.random.uniform(
            shape, -reach, reach, dtype="float32", seed=self.seeds
        )
