from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen.types import Tensor

TINY = 1e-12


@keras.saving.register_keras_serializable("kgen")
class SpectralNormalization(keras.layers.Wrapper):
    """Divides the kernel of a layer by its largest singular value σ, estimated by power iteration.

        v = W u / ‖W u‖,   u ← Wᵀ v / ‖Wᵀ v‖,   kernel W / σ with σ = vᵀ W u

    W is the kernel as a matrix with one column per output. Each training pass does one iteration
    and keeps u. Gradients pass through W and σ, not through u and v.

    Keras' own layer of this name overwrites W with W / σ in every training pass. Then no gradient
    passes through σ, and a discriminator changes while the generator takes its step.

    Args:
        layer: a dense layer, a convolution or an embedding.
        **kwargs: ``name``, ``dtype`` of ``keras.layers.Layer``.

    Raises:
        ValueError: if the layer has neither a kernel nor embeddings.

    Example:
        >>> SpectralNormalization(keras.layers.Conv2D(64, 3, padding="same"))(images, training=True)

    Reference:
        Miyato et al., Spectral Normalization for Generative Adversarial Networks, 2018,
        arXiv:1802.05957
    """

    def __init__(self, layer: keras.Layer, **kwargs: Any):
        # In half precision the power iteration would not settle.
        super().__init__(layer, autocast=False, **kwargs)

    def build(self, input_shape: Sequence[int | None]):
        super().build(input_shape)
        self.direction = self.add_weight(
            (self.kernel.shape[-1],),
            keras.initializers.RandomNormal(stddev=1.0),
            dtype="float32",
            trainable=False,
            name="direction",
        )

    @property
    def kernel(self) -> keras.Variable:
        """The variable that is normalised."""
        for name in ("kernel", "embeddings"):
            if hasattr(self.layer, name):
                return getattr(self.layer, name)
        raise ValueError(
            f"layer={self.layer.name!r} has neither a kernel nor embeddings. "
            "Wrap a dense layer, a convolution or an embedding."
        )

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        kernel = self.kernel
        normal = kernel / self._largest_singular_value(kernel, training)
        used = [(v, normal if v is kernel else v.value) for v in self.layer.variables]
        with keras.StatelessScope(used):
            return self.layer(inputs)

    def _largest_singular_value(self, kernel, training):
        matrix = ops.reshape(kernel, (-1, kernel.shape[-1]))
        left = _unit(ops.matmul(matrix, self.direction))
        right = _unit(ops.matmul(left, matrix))
        if training and self.trainable:
            self.direction.assign(right)
        return ops.maximum(ops.sum(left * ops.matmul(matrix, right)), TINY)


def _unit(vector):
    """The vector with length 1, a constant to gradients."""
    return ops.stop_gradient(vector / ops.maximum(ops.norm(vector), TINY))
