import keras
from keras import ops

from kgen.likelihoods.likelihood import Likelihood
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Bernoulli(Likelihood):
    """Binary pixels with logits l: log p(x) = x·l − softplus(l).

    On grey pixels in [0, 1] this is the usual cross-entropy.

    Example:
        >>> log_prob = Bernoulli().log_prob(ops.ones((1, 4)), ops.zeros((1, 4)))
        >>> round(float(log_prob[0]), 4)  # 4 · log ½
        -2.7726

    Reference:
        Kingma & Welling, Auto-Encoding Variational Bayes, 2014, appendix C.1, arXiv:1312.6114
    """

    def log_density(self, x: Tensor, parameters: Tensor) -> Tensor:
        return x * parameters - ops.softplus(parameters)

    def mean(self, parameters: Tensor) -> Tensor:
        return ops.sigmoid(ops.cast(parameters, "float32"))
