from keras import ops

from kgen.types import Tensor


def accuracy(labels: Tensor, logits: Tensor) -> Tensor:
    """1 where the greatest logit is the label's, else 0."""
    return ops.equal(ops.argmax(logits, axis=-1), ops.cast(labels, "int32"))


def class_loss(labels: Tensor, logits: Tensor) -> Tensor:
    """−log softmax(logits)[label], nats per image."""
    return ops.sparse_categorical_crossentropy(
        labels, ops.cast(logits, "float32"), from_logits=True
    )
