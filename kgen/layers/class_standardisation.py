from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen.types import Tensor

EPSILON = 1e-4


@keras.saving.register_keras_serializable("kgen")
class ClassStandardisation(keras.layers.Layer):
    """Standardises latents to mean 0 per class and variance 1 overall: they do not tell the class.

        z_i = (c_i − m_y,i) / √(v_i + ε)

    m_y is the mean of a class and v the mean square about it. Both are running statistics of the
    training; no gradient passes through them. From such latents a decoder learns what the class
    itself changes. A penalty on the class means of small batches would drown the latents in noise.

    Args:
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        momentum: float in [0, 1), share of the running statistics that a batch leaves unchanged.

    Example:
        >>> layer = ClassStandardisation(2)
        >>> standardised = layer([np.ones((4, 3)), np.array([0, 0, 1, 1])], training=True)
        >>> tuple(standardised.shape)
        (4, 3)
    """

    def __init__(self, num_classes: int, momentum: float = 0.9, **kwargs: Any):
        super().__init__(autocast=False, **kwargs)
        self.num_classes, self.momentum = num_classes, momentum

    def build(self, input_shape: Sequence[Sequence[int | None]]):
        latent_dim = input_shape[0][-1]
        still = {"trainable": False, "dtype": "float32"}
        self.means = self.add_weight(
            (self.num_classes, latent_dim), "zeros", name="means", **still
        )
        self.variance = self.add_weight((latent_dim,), "ones", name="variance", **still)

    def call(self, inputs: Sequence[Tensor], training: bool = False) -> Tensor:
        latents, labels = inputs
        latents, labels = ops.cast(latents, "float32"), ops.cast(labels, "int32")
        if training:
            self._follow_means(ops.stop_gradient(latents), labels)
        centred = latents - ops.take(self.means, labels, axis=0)
        if training:
            self._follow_variance(ops.stop_gradient(centred))
        return centred * ops.rsqrt(self.variance + EPSILON)

    def _follow_means(self, latents, labels):
        """Moves the mean of every class in the batch towards the mean of its latents."""
        members = ops.one_hot(labels, self.num_classes, dtype="float32")
        counts = ops.expand_dims(ops.sum(members, axis=0), axis=-1)
        means = ops.matmul(ops.transpose(members), latents) / ops.maximum(counts, 1.0)
        present = ops.cast(counts > 0, "float32")
        self.means.assign(
            self.means + (1.0 - self.momentum) * present * (means - self.means)
        )

    def _follow_variance(self, centred):
        squares = ops.mean(ops.square(centred), axis=0)
        self.variance.assign(
            self.variance + (1.0 - self.momentum) * (squares - self.variance)
        )
