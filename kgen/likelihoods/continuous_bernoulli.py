import math

import keras
from keras import ops

from kgen.likelihoods.likelihood import Likelihood
from kgen.types import Tensor

# Closer to l = 0 than this, closed forms lose digits; there the Taylor series are exact to 1e-7.
NEAR_ZERO = 0.3


@keras.saving.register_keras_serializable("kgen")
class ContinuousBernoulli(Likelihood):
    """A density on [0, 1] for grey pixels: log p(x) = x·l − softplus(l) + log(l / tanh(l/2)).

    l are the logits. The last term is the normaliser that the cross-entropy of grey pixels lacks.

    Example:
        >>> float(ContinuousBernoulli().mean(ops.zeros((1, 1)))[0, 0])  # l = 0: uniform
        0.5

    Reference:
        Loaiza-Ganem & Cunningham, The continuous Bernoulli, 2019, arXiv:1907.06845
    """

    def log_density(self, x: Tensor, parameters: Tensor) -> Tensor:
        far, logits = self._away_from_zero(parameters)
        # |l| / tanh(|l|/2) needs no sign, since both change theirs together.
        series = math.log(2.0) + parameters**2 / 12.0 - 7.0 * parameters**4 / 1440.0
        log_normaliser = ops.where(
            far, ops.log(logits / ops.tanh(logits / 2.0)), series
        )
        return x * parameters - ops.softplus(parameters) + log_normaliser

    def mean(self, parameters: Tensor) -> Tensor:
        parameters = ops.cast(parameters, "float32")
        far, logits = self._away_from_zero(parameters)
        exact = 0.5 + 0.5 / ops.tanh(logits / 2.0) - 1.0 / logits
        return ops.where(far, exact, 0.5 + parameters / 12.0 - parameters**3 / 720.0)

    @staticmethod
    def _away_from_zero(parameters):
        far = ops.abs(parameters) > NEAR_ZERO
        # The branch that `where` drops must be finite too, or its gradient is NaN.
        return far, ops.where(far, parameters, 1.0)
