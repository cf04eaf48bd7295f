import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen.types import Tensor

EPSILON = 1e-4


@keras.saving.register_keras_serializable("kgen")
class ClassWhitening(keras.layers.Layer):
    """Whitens latents: mean 0 in every class, covariance vI overall. They do not tell the class.

        z = √v L⁻¹ (c − m_y),   L Lᵀ = C + ε (1 + mean C_ii) I

    m_y is the mean of a class and C the covariance about it. Both are running statistics of the
    training; no gradient passes through them. From such latents a decoder learns what the class
    itself changes. With v = 1, draws from N(0, I) resemble the latents of the training; with v < 1
    they vary more. A penalty on the class means of small batches would drown the latents in noise.

    Args:
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        momentum: float in [0, 1), share of the running statistics that a batch leaves unchanged.
        variance: float > 0, v.

    Example:
        >>> layer = ClassWhitening(2)
        >>> white = layer([np.ones((4, 3)), np.array([0, 0, 1, 1])], training=True)
        >>> tuple(white.shape)
        (4, 3)
    """

    def __init__(
        self,
        num_classes: int,
        momentum: float = 0.95,
        variance: float = 1.0,
        **kwargs: Any,
    ):
        super().__init__(autocast=False, **kwargs)
        self.num_classes, self.momentum = num_classes, momentum
        self.variance = variance

    def build(self, input_shape: Sequence[Sequence[int | None]]):
        latent_dim = input_shape[0][-1]
        still = {"trainable": False, "dtype": "float32"}
        self.means = self.add_weight(
            (self.num_classes, latent_dim), "zeros", name="means", **still
        )
        self.covariance = self.add_weight(
            (latent_dim, latent_dim), "identity", name="covariance", **still
        )

    def call(self, inputs: Sequence[Tensor], training: bool = False) -> Tensor:
        latents, labels = inputs
        latents, labels = ops.cast(latents, "float32"), ops.cast(labels, "int32")
        if training:
            self._follow_means(ops.stop_gradient(latents), labels)
        centred = latents - ops.take(self.means, labels, axis=0)
        if training:
            self._follow_covariance(ops.stop_gradient(centred))
        white = ops.solve_triangular(self._root(), ops.transpose(centred), lower=True)
        return math.sqrt(self.variance) * ops.transpose(white)

    def _root(self):
        """L. Of latents that diverge it stays finite, so that the NaN show in the losses."""
        covariance = ops.nan_to_num(self.covariance, posinf=0.0, neginf=0.0)
        ridge = EPSILON * (1.0 + ops.mean(ops.diagonal(covariance)))
        return ops.cholesky(covariance + ridge * ops.eye(covariance.shape[0]))

    def _follow_means(self, latents, labels):
        """Moves the mean of every class in the batch towards the mean of its latents."""
        members = ops.one_hot(labels, self.num_classes, dtype="float32")
        counts = ops.expand_dims(ops.sum(members, axis=0), axis=-1)
        means = ops.matmul(ops.transpose(members), latents) / ops.maximum(counts, 1.0)
        present = ops.cast(counts > 0, "float32")
        self.means.assign(
            self.means + (1.0 - self.momentum) * present * (means - self.means)
        )

    def _follow_covariance(self, centred):
        count = ops.cast(ops.shape(centred)[0], "float32")
        products = ops.matmul(ops.transpose(centred), centred) / count
        self.covariance.assign(
            self.covariance + (1.0 - self.momentum) * (products - self.covariance)
        )
