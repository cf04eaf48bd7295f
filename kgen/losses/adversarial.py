"""The terms of the original game, from logits: D minimises real_loss + fake_loss, G minimises generator_loss.

Reference:
    Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661
"""

from keras import ops


def real_loss(logits, smoothing=0.0):
    """−(1 − smoothing) log D(x) − smoothing log(1 − D(x)), nats an image: one-sided label smoothing."""
    logits = _flat(logits)
    return ops.softplus(-logits) + smoothing * logits


def fake_loss(logits):
    """−log(1 − D(G(z))), nats an image."""
    return ops.softplus(_flat(logits))


def generator_loss(logits):
    """−log D(G(z)), nats an image: the non-saturating form."""
    return ops.softplus(-_flat(logits))


def saturating_loss(logits):
    """log(1 − D(G(z))), nats an image: the zero-sum form, whose gradient vanishes where D knows the fakes."""
    return -ops.softplus(_flat(logits))


def _flat(logits):
    return ops.reshape(ops.cast(logits, "float32"), (-1,))
