"""The loss terms of the games, from D's outputs.

Reference:
    Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661: D minimises
    real_loss + fake_loss from its logits, G minimises generator_loss
"""

from keras import ops

from kgen.types import Tensor


def real_loss(logits: Tensor, smoothing: Tensor | float = 0.0) -> Tensor:
    """−(1 − s) log D(x) − s log(1 − D(x)), nats per image; smoothing s is one number, or (n,)."""
    logits = _flat(logits)
    return ops.softplus(-logits) + smoothing * logits


def fake_loss(logits: Tensor, smoothing: Tensor | float = 0.0) -> Tensor:
    """−(1 − s) log(1 − D(G(z))) − s log D(G(z)), nats per image, with s as in ``real_loss``."""
    logits = _flat(logits)
    return ops.softplus(logits) - smoothing * logits


def generator_loss(logits: Tensor) -> Tensor:
    """−log D(G(z)), nats per image: the non-saturating form."""
    return ops.softplus(-_flat(logits))


def saturating_loss(logits: Tensor) -> Tensor:
    """log(1 − D(G(z))), nats per image: the zero-sum form; no gradient where D knows the fakes."""
    return -ops.softplus(_flat(logits))


def least_squares_loss(values: Tensor, target: float) -> Tensor:
    """½ (D(x) − target)², per image.

    Reference:
        Mao et al., Least Squares Generative Adversarial Networks, 2017, arXiv:1611.04076
    """
    return 0.5 * ops.square(_flat(values) - target)


def wasserstein_loss(values: Tensor, sign: float) -> Tensor:
    """sign · f(x), per image: −1 for values that a player wants high, 1 for those it wants low.

    Reference:
        Arjovsky, Chintala & Bottou, Wasserstein GAN, 2017, arXiv:1701.07875
    """
    return sign * _flat(values)


def hinge_loss(values: Tensor, sign: float) -> Tensor:
    """max(0, 1 − sign · D(x)) per patch; sign 1 asks for outputs above 1, sign −1 for below −1.

    Reference:
        Li & Wand, Precomputed Real-Time Texture Synthesis with Markovian Generative Adversarial
        Networks, 2016, arXiv:1604.04382
    """
    return ops.relu(1.0 - sign * _flat(values))


def _flat(values):
    return ops.reshape(ops.cast(values, "float32"), (-1,))
