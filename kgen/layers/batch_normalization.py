import keras
from keras import ops

from kgen.engine import backend
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class BatchNormalization(keras.layers.BatchNormalization):
    """Normalises the channels of values of any rank by the whole batch, over any number of devices.

        y = γ (x − mean) / √(variance + ε) + β

    Keras' own layer takes the statistics of each device's part, or of the whole batch in several
    passes over the values. This one makes a single pass where TensorFlow has a kernel for it.
    Masked values and Keras' rarer options are left to Keras' own layer.

    Args:
        **kwargs: ``momentum``, ``epsilon``, initializers … of ``keras.layers.BatchNormalization``.

    Example:
        >>> features = np.array([[1.0], [3.0]], "float32")
        >>> np.round(BatchNormalization(momentum=0.9)(features, training=True), 2)
        array([[-1.],
               [ 1.]], dtype=float32)

    Reference:
        Ioffe & Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing
        Internal Covariate Shift, 2015, arXiv:1502.03167
    """

    def call(
        self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None
    ) -> Tensor:
        if not (training and self.trainable and self._has_kernel(inputs, mask)):
            return super().call(inputs, training, mask)
        channels = inputs.shape[-1:]
        scale = self.gamma if self.scale else ops.ones(channels)
        offset = self.beta if self.center else ops.zeros(channels)
        outputs, mean, variance = backend.batch_normalize(
            inputs, scale, offset, self.epsilon
        )
        for moving, value in (
            (self.moving_mean, mean),
            (self.moving_variance, variance),
        ):
            moving.assign(moving * self.momentum + value * (1.0 - self.momentum))
        return outputs

    def _has_kernel(self, inputs, mask):
        last = self.axis in (-1, len(inputs.shape) - 1)
        return last and mask is None and not self.renorm
