import math

import keras
from keras import ops

from kgen.likelihoods.likelihood import Likelihood


@keras.saving.register_keras_serializable("kgen")
class Gaussian(Likelihood):
    """Pixels around the decoder's output m: log p(x) = −(x − m)² / 2σ² − ½ log 2πσ².

    Args:
        variance: float > 0, σ² in squared units of a pixel in [0, 1]; the start where it is learned.
        learned: bool, trains one σ² for all pixels together with the decoder.

    Raises:
        ValueError: if ``variance`` is not above 0.

    Example:
        >>> Gaussian(variance=0.05).log_prob(x, decoder(z))

    Reference:
        Rybkin, Daniilidis & Levine, Simple and Effective VAE Training with Calibrated Decoders, 2021, arXiv:2006.13202
    """

    def __init__(self, variance=0.1, learned=False, **kwargs):
        super().__init__(**kwargs)
        if not variance > 0:
            raise ValueError(f"variance={variance!r} must be above 0.")
        self.variance, self.learned = variance, learned
        start = keras.initializers.Constant(math.log(variance))
        self.log_variance = self.add_weight(shape=(), initializer=start, trainable=learned, name="log_variance")

    def log_density(self, x, parameters):
        log_variance = ops.cast(self.log_variance, "float32")
        scaled = ops.square(x - parameters) * ops.exp(-log_variance)
        return -0.5 * (scaled + log_variance + math.log(2.0 * math.pi))

    def mean(self, parameters):
        return ops.cast(parameters, "float32")
