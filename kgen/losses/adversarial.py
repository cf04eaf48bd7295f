"""The terms of the games, from what D says of the images.

Reference:
    Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661: D minimises real_loss + fake_loss from its
    logits, G minimises generator_loss
"""

from keras import ops


def real_loss(logits, smoothing=0.0):
    """−(1 − smoothing) log D(x) − smoothing log(1 − D(x)), nats an image; one smoothing for all, or one an image."""
    logits = _flat(logits)
    return ops.softplus(-logits) + smoothing * logits


def fake_loss(logits, smoothing=0.0):
    """−(1 − smoothing) log(1 − D(G(z))) − smoothing log D(G(z)), nats an image."""
    logits = _flat(logits)
    return ops.softplus(logits) - smoothing * logits


def generator_loss(logits):
    """−log D(G(z)), nats an image: the non-saturating form."""
    return ops.softplus(-_flat(logits))


def saturating_loss(logits):
    """log(1 − D(G(z))), nats an image: the zero-sum form, whose gradient vanishes where D knows the fakes."""
    return -ops.softplus(_flat(logits))


def least_squares_loss(values, target):
    """½ (D(x) − target)², an image.

    Reference:
        Mao et al., Least Squares Generative Adversarial Networks, 2017, arXiv:1611.04076
    """
    return 0.5 * ops.square(_flat(values) - target)


def wasserstein_loss(values, sign):
    """sign · f(x), an image: −1 for those that a player wants high, 1 for those that it wants low.

    Reference:
        Arjovsky, Chintala & Bottou, Wasserstein GAN, 2017, arXiv:1701.07875
    """
    return sign * _flat(values)


def hinge_loss(values, sign):
    """max(0, 1 − sign · D(x)), a patch: 1 for those that a player wants above 1, −1 for those below −1.

    Reference:
        Li & Wand, Precomputed Real-Time Texture Synthesis with Markovian Generative Adversarial
        Networks, 2016, arXiv:1604.04382
    """
    return ops.relu(1.0 - sign * _flat(values))


def _flat(values):
    return ops.reshape(ops.cast(values, "float32"), (-1,))
