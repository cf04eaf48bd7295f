import math
from typing import Any

import keras
from keras import ops

from kgen.likelihoods.likelihood import Likelihood
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Laplace(Likelihood):
    """The density behind the L1 loss: log p(x) = −|x − m| / b − log 2b, m the decoder's output.

    Args:
        scale: float > 0, b in units of a scaled value.

    Raises:
        ValueError: if ``scale`` is not above 0.

    Example:
        >>> log_prob = Laplace(scale=0.1).log_prob(x, decoder(z))
        >>> log_prob.shape[0] == len(x)
        True
    """

    def __init__(self, scale: float = 0.1, **kwargs: Any):
        super().__init__(**kwargs)
        if not scale > 0:
            raise ValueError(f"scale={scale!r} must be above 0.")
        self.scale = scale

    def log_density(self, x: Tensor, parameters: Tensor) -> Tensor:
        return -ops.abs(x - parameters) / self.scale - math.log(2.0 * self.scale)

    def mean(self, parameters: Tensor) -> Tensor:
        return ops.cast(parameters, "float32")
