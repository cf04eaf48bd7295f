import math
from collections.abc import Mapping
from typing import Any, Self

import keras
from keras import ops

from kgen.likelihoods.likelihood import Likelihood
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Gaussian(Likelihood):
    """Numbers around the decoder's output m: log p(x) = −(x − m)² / 2σ² − ½ log 2πσ².

    Args:
        variance: float > 0, σ² in squared units of a scaled value; the start where it is learned.
        learned: bool, trains one σ² for all numbers together with the decoder.

    Raises:
        ValueError: if ``variance`` is not above 0.

    Example:
        >>> log_prob = Gaussian(variance=0.05).log_prob(x, decoder(z))
        >>> log_prob.shape[0] == len(x)
        True

    Reference:
        Rybkin, Daniilidis & Levine, Simple and Effective VAE Training with Calibrated Decoders,
        2021, arXiv:2006.13202
    """

    standardised = True

    def __init__(self, variance: float = 0.1, learned: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        if not variance > 0:
            raise ValueError(f"variance={variance!r} must be above 0.")
        self.variance, self.learned = variance, learned
        start = keras.initializers.Constant(math.log(variance))
        self.log_variance = self.add_weight(
            shape=(), initializer=start, trainable=learned, name="log_variance"
        )

    @classmethod
    def of_standardised(cls) -> Self:
        """The likelihood of values with mean 0 and variance 1; σ² starts at 0.1 and is learned."""
        return cls(variance=0.1, learned=True)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        # The first versions kept the range of the pixels here; it is the field's.
        return cls(
            **{name: value for name, value in config.items() if name != "pixel_range"}
        )

    def log_density(self, x: Tensor, parameters: Tensor) -> Tensor:
        log_variance = ops.cast(self.log_variance, "float32")
        scaled = ops.square(x - parameters) * ops.exp(-log_variance)
        return -0.5 * (scaled + log_variance + math.log(2.0 * math.pi))

    def mean(self, parameters: Tensor) -> Tensor:
        return ops.cast(parameters, "float32")
