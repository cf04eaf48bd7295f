"""The loss terms of segmentation.

Masks are (n, …, 1) for two classes, else (n, …, classes), as ``Mask.scaled`` gives them.
"""

from keras import ops

from kgen.types import Tensor

SMALL = 1e-3  # pixels: a class that is neither present nor predicted costs 0


def shares(logits: Tensor) -> Tensor:
    """The probability of each channel of a mask."""
    logits = ops.cast(logits, "float32")
    return (
        ops.sigmoid(logits) if logits.shape[-1] == 1 else ops.softmax(logits, axis=-1)
    )


def class_logits(logits: Tensor) -> Tensor:
    """The logit of every class, also where there are two and the mask has one channel."""
    if logits.shape[-1] > 1:
        return logits
    return ops.concatenate([ops.zeros_like(logits), logits], axis=-1)


def mask_cross_entropy(masks: Tensor, logits: Tensor) -> Tensor:
    """−log of the probability of the true class, nats, averaged over the points of each value."""
    masks, logits = ops.cast(masks, "float32"), ops.cast(logits, "float32")
    if logits.shape[-1] == 1:
        entropy = (ops.softplus(logits) - masks * logits)[..., 0]
    else:
        entropy = -ops.sum(masks * ops.log_softmax(logits, axis=-1), axis=-1)
    return ops.mean(entropy, axis=tuple(range(1, len(entropy.shape))))


def dice_loss(masks: Tensor, probabilities: Tensor) -> Tensor:
    """1 − 2 Σ p y / (Σ p² + Σ y²), per value, averaged over the classes but the background.

    Reference:
        Milletari, Navab & Ahmadi, V-Net: Fully Convolutional Neural Networks for Volumetric Medical
        Image Segmentation, 2016, arXiv:1606.04797
    """
    masks, probabilities = foreground(masks), foreground(probabilities)
    axes = tuple(range(1, len(masks.shape) - 1))
    both = 2.0 * ops.sum(masks * probabilities, axis=axes)
    each = ops.sum(ops.square(masks), axis=axes) + ops.sum(
        ops.square(probabilities), axis=axes
    )
    return ops.mean(1.0 - (both + SMALL) / (each + SMALL), axis=-1)


def foreground(values: Tensor) -> Tensor:
    """The channels of a mask without the background."""
    values = ops.cast(values, "float32")
    return values if values.shape[-1] == 1 else values[..., 1:]
