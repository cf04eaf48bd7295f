from keras import ops


def class_loss(labels, logits):
    """−log softmax(logits)[label], nats an image."""
    return ops.sparse_categorical_crossentropy(labels, ops.cast(logits, "float32"), from_logits=True)
