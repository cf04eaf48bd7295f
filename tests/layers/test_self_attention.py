import keras
import numpy as np
from keras import ops

from kgen.layers import Orthogonality, SelfAttention

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(2, 4, 4, 16)).astype("float32")


def attention(share):
    layer = SelfAttention()
    layer.build(X.shape)
    layer.share.assign(share)
    return layer


def kernel(convolution):
    """A 1×1 convolution as it is applied, a matrix."""
    x = np.eye(convolution.kernel.shape[2], dtype="float32")[None, :, None]
    return ops.convert_to_numpy(convolution(x))[0, :, 0]


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def pooled(features):
    return features.reshape(2, 2, 2, 2, 2, -1).max(axis=(2, 4)).reshape(2, 4, -1)


def test_it_begins_by_changing_nothing():
    np.testing.assert_array_equal(attention(0.0)(X), X)


def test_it_adds_the_weighted_values_of_all_points():
    layer = attention(0.5)
    queries = (X @ kernel(layer.queries)).reshape(2, 16, -1)
    keys, values = (pooled(X @ kernel(conv)) for conv in (layer.keys, layer.values))
    found = softmax(queries @ keys.swapaxes(1, 2)) @ values @ kernel(layer.outputs)
    np.testing.assert_allclose(layer(X), X + 0.5 * found.reshape(X.shape), atol=1e-5)


def test_it_has_the_channels_of_the_paper():
    shapes = [tuple(weight.shape) for weight in attention(0.0).trainable_weights]
    kernels = [(16, 2), (16, 2), (16, 8), (8, 16)]
    assert shapes == [(), *((1, 1, *kernel) for kernel in kernels)]


def test_it_is_saved_with_its_penalty():
    layer = SelfAttention(Orthogonality(0.5))
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert again.kernel_regularizer.weight == 0.5
