import keras
from keras import ops


@keras.saving.register_keras_serializable("kgen")
class ClassCentering(keras.layers.Layer):
    """Codes less the running mean of their class: E[mean | y] = 0 for every class, by construction.

    The prior of a conditional VAE is N(0, I) whatever the class, so an offset between classes is a cost that training
    removes in the end; here it is gone from the start, and the code is left to carry the style alone.

    Args:
        num_classes: int ≥ 1, K.
        momentum: float in [0, 1), the share of the running mean that a training step keeps.

    Example:
        >>> ClassCentering(10)([codes, one_hot_labels], training=True)
    """

    def __init__(self, num_classes, momentum=0.95, **kwargs):
        super().__init__(**kwargs)
        self.num_classes, self.momentum = num_classes, momentum

    def build(self, input_shapes):
        shape = (self.num_classes, input_shapes[0][-1])
        self.means = self.add_weight(shape=shape, initializer="zeros", trainable=False, name="means")

    def call(self, inputs, training=False):
        codes, classes = inputs
        if training:
            counts = ops.sum(classes, axis=0)[:, None]
            batch_means = ops.matmul(ops.transpose(classes), ops.stop_gradient(codes)) / ops.maximum(counts, 1.0)
            # A class that the batch lacks keeps its mean.
            rate = (1.0 - self.momentum) * ops.cast(counts > 0, codes.dtype)
            self.means.assign(self.means + rate * (batch_means - self.means))
        return codes - ops.matmul(classes, ops.convert_to_tensor(self.means))
