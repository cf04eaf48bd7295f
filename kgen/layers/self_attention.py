from typing import Any

import keras
from keras import layers, ops

from kgen.layers.spectral_normalization import SpectralNormalization
from kgen.types import Shape, Tensor

KEYS, VALUES = 8, 2  # channels of the image per channel of the keys and of the values


@keras.saving.register_keras_serializable("kgen")
class SelfAttention(keras.layers.Layer):
    """Adds to each point of an image what it finds at all others: structures far apart agree.

        y = x + γ O softmax(Q(x) K(x)ᵀ) V(x)

    Q, K, V and O are 1×1 convolutions with spectral normalisation. Q and K have an eighth of the
    channels of x, V half of them. K and V are pooled to a quarter of the points. γ is learned and
    starts at 0, where the layer changes nothing.

    Args:
        kernel_regularizer: of the four convolutions; ``None`` for none.
        **kwargs: ``name``, ``dtype`` of ``keras.layers.Layer``.

    Example:
        >>> SelfAttention()(features)  # (n, height, width, channels), both sides even

    Reference:
        Zhang et al., Self-Attention Generative Adversarial Networks, 2019, arXiv:1805.08318
    """

    def __init__(
        self,
        kernel_regularizer: keras.regularizers.Regularizer | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)

    def build(self, input_shape: Shape):
        channels = input_shape[-1]
        few, half = max(1, channels // KEYS), max(1, channels // VALUES)
        self.queries = self._convolution(channels, few, "queries")
        self.keys = self._convolution(channels, few, "keys")
        self.values = self._convolution(channels, half, "values")
        self.outputs = self._convolution(half, channels, "outputs")
        self.share = self.add_weight((), "zeros", name="share")

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        queries = _points(self.queries(x, training=training))
        keys, values = (
            # Without its strides, Keras' pooling fails under JAX.
            _points(ops.max_pool(convolution(x, training=training), 2, strides=2))
            for convolution in (self.keys, self.values)
        )
        weights = ops.softmax(ops.matmul(queries, ops.swapaxes(keys, 1, 2)))
        found = ops.reshape(
            ops.matmul(weights, values), (-1, *x.shape[1:3], values.shape[-1])
        )
        return x + self.share * self.outputs(found, training=training)

    def compute_output_shape(self, input_shape: Shape):
        return input_shape

    def get_config(self) -> dict[str, Any]:
        regularizer = keras.regularizers.serialize(self.kernel_regularizer)
        return {**super().get_config(), "kernel_regularizer": regularizer}

    def _convolution(self, channels, filters, name):
        options = {"use_bias": False, "kernel_regularizer": self.kernel_regularizer}
        options |= {"kernel_initializer": "orthogonal", "dtype": self.dtype_policy}
        convolution = layers.Conv2D(filters, 1, **options)
        normalised = SpectralNormalization(
            convolution, name=name, dtype=self.dtype_policy
        )
        normalised.build((None, None, None, channels))
        return normalised


def _points(features):
    """Feature maps (n, h, w, channels) as rows of points (n, h w, channels)."""
    height, width, channels = features.shape[1:]
    return ops.reshape(features, (-1, height * width, channels))
