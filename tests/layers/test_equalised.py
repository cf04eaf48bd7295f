import math

import keras
import numpy as np
import pytest
from keras import ops

from kgen.layers import EqualisedConv2D, EqualisedDense

LAYERS = {
    "dense": (EqualisedDense, (5,), (5, 64)),
    "convolution": (EqualisedConv2D, (64, 3), (2, 8, 8, 16)),
}


def values_of(shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def test_the_scale_is_the_gain_over_the_root_of_the_inputs():
    convolution, dense = EqualisedConv2D(8, 3), EqualisedDense(8, gain=math.sqrt(2) / 4)
    convolution.build((None, 4, 4, 16))
    dense.build((None, 1))
    assert convolution.scale == pytest.approx(0.11785, abs=1e-5)
    assert dense.scale == pytest.approx(math.sqrt(2) / 4)


def test_a_dense_layer_is_that_of_keras_with_scaled_weights():
    layer, x = EqualisedDense(5, activation="relu"), values_of((4, 64))
    layer.build(x.shape)
    layer.bias.assign(values_of((5,)))
    kernel, bias = layer.get_weights()
    want = np.maximum(x @ (kernel * math.sqrt(2 / 64)) + bias, 0)
    np.testing.assert_allclose(ops.convert_to_numpy(layer(x)), want, atol=1e-5)


def test_a_convolution_is_that_of_keras_with_scaled_weights():
    layer, x = EqualisedConv2D(5, 3), values_of((2, 8, 8, 16))
    layer.build(x.shape)
    layer.bias.assign(values_of((5,)))
    kernel, bias = layer.get_weights()
    plain = keras.layers.Conv2D(5, 3, padding="same")
    plain.build(x.shape)
    plain.set_weights([kernel * math.sqrt(2 / 144), bias])
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer(x)), ops.convert_to_numpy(plain(x)), atol=1e-5
    )


@pytest.mark.parametrize("name", LAYERS)
def test_weights_start_from_the_standard_normal(name):
    kind, sizes, shape = LAYERS[name]
    kernel = kind(4000, *sizes[1:]) if name == "dense" else kind(*sizes)
    kernel.build(shape)
    weights = kernel.get_weights()[0]
    assert abs(weights.mean()) < 0.05 and abs(weights.std() - 1.0) < 0.05


@pytest.mark.parametrize("name", LAYERS)
def test_saved_and_loaded_it_is_the_same(name, tmp_path):
    kind, sizes, shape = LAYERS[name]
    model = keras.Sequential([keras.Input(shape[1:]), kind(*sizes, gain=0.7)])
    model.save(tmp_path / "m.keras")
    again, x = keras.models.load_model(tmp_path / "m.keras"), values_of(shape)
    np.testing.assert_array_equal(
        ops.convert_to_numpy(model(x)), ops.convert_to_numpy(again(x))
    )
