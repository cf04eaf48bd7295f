import keras
import numpy as np
import pytest
from keras import layers, ops

from kgen.layers import SpectralNormalization


def wrapped(layer, shape):
    normalised = SpectralNormalization(layer)
    normalised.build((None, *shape))
    return normalised


def largest(normalised, x):
    """What the layer divides its kernel by: the ratio of its outputs without and with it."""
    return float(ops.max(normalised.layer(x)) / ops.max(normalised(x)))


def test_the_power_iteration_of_a_known_matrix_goes_its_known_way():
    layer = wrapped(layers.Dense(3, use_bias=False), (3,))
    layer.layer.set_weights([np.diag([3.0, 2.0, 1.0])])
    layer.direction.assign(np.full(3, 3**-0.5))
    x, found = np.eye(3, dtype="float32"), []
    for _ in range(5):
        found.append(largest(layer, x))
        layer(x, training=True)
    assert found == pytest.approx([2.646, 2.930, 2.986, 2.997, 2.999], abs=1e-3)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (lambda: layers.Dense(7), (5,)),
        (lambda: layers.Conv2D(6, 3, padding="same"), (8, 8, 4)),
        (lambda: layers.Embedding(5, 4, "normal"), ()),
    ],
)
def test_the_largest_singular_value_becomes_1(layer, shape):
    # Made within the test, which is seeded: two close singular values need more passes.
    normalised = wrapped(layer(), shape)
    x = np.ones((2, *shape), "int32" if not shape else "float32")
    for _ in range(50):
        normalised(x, training=True)
    kernel = ops.convert_to_numpy(normalised.kernel)
    whole = np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]), compute_uv=False)[0]
    assert largest(normalised, x) == pytest.approx(whole, rel=1e-2)


def test_the_bias_is_not_divided_and_the_kernel_stays_what_it_is():
    normalised = wrapped(layers.Dense(1), (1,))
    normalised.layer.set_weights([np.array([[4.0]]), np.array([3.0])])
    x = np.array([[2.0]], "float32")
    assert float(normalised(x, training=True)[0, 0]) == pytest.approx(2.0 + 3.0)
    assert float(normalised.layer.kernel[0, 0]) == 4.0


def test_evaluation_and_a_frozen_layer_keep_the_direction():
    normalised = wrapped(layers.Dense(3), (4,))
    x, before = np.ones((1, 4), "float32"), np.array(normalised.direction)
    normalised(x)
    normalised.trainable = False
    normalised(x, training=True)
    np.testing.assert_array_equal(normalised.direction, before)


def test_gradients_know_that_the_length_of_the_kernel_is_free():
    from tests.conftest import value_and_gradient

    normalised = wrapped(layers.Dense(2, use_bias=False), (2,))
    normalised.layer.set_weights([np.diag([3.0, 1.0])])
    for _ in range(30):
        normalised(np.ones((1, 2), "float32"), training=True)

    def output(kernel):
        with keras.StatelessScope([(normalised.layer.kernel, kernel)]):
            return ops.sum(normalised(np.array([[1.0, 1.0]], "float32")))

    value, gradient = value_and_gradient(output, np.diag([3.0, 1.0]).astype("float32"))
    assert float(value) == pytest.approx(4 / 3, rel=1e-4)
    # W / σ with σ = W₁₁: ∂ Σ W / σ = 1 / 3 each, and −Σ W / σ² = −4 / 9 more for W₁₁.
    np.testing.assert_allclose(
        gradient, [[1 / 3 - 4 / 9, 1 / 3], [1 / 3, 1 / 3]], atol=1e-3
    )


def test_a_layer_without_a_kernel_is_refused():
    with pytest.raises(ValueError, match="neither a kernel nor embeddings"):
        wrapped(layers.ReLU(name="relu"), (3,))
