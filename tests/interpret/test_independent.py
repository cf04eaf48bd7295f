"""Grad-CAM and integrated gradients beside those of the package saliency, on the same network."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen import interpret
from kgen.engine.backend import differentiated
from tests.interpret.networks import functional

core = pytest.importorskip(
    "saliency.core", reason="the independent implementation is in the extra test"
)


@pytest.fixture(scope="module")
def network():
    return functional(activation=None)


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(0).random((12, 10, 2), dtype="float32")


def graph(network, target):
    """What saliency asks of a network: features, and gradients at these and at the values."""
    deep = network.get_layer("deep")
    features = keras.Model(network.inputs, deep.output)
    after = keras.Model(deep.output, network.outputs[0])

    def of(model):
        return lambda values: (model(values)[:, target], ())

    def called(images, call_model_args=None, expected_keys=None):
        images = ops.convert_to_tensor(np.asarray(images, "float32"))
        if core.INPUT_OUTPUT_GRADIENTS in expected_keys:
            return {
                core.INPUT_OUTPUT_GRADIENTS: ops.convert_to_numpy(
                    differentiated(of(network), images)[0]
                )
            }
        kept = features(images)
        gradients = differentiated(of(after), kept)[0]
        return {
            core.CONVOLUTION_LAYER_VALUES: ops.convert_to_numpy(kept),
            core.CONVOLUTION_OUTPUT_GRADIENTS: ops.convert_to_numpy(gradients),
        }

    return called


@pytest.mark.parametrize("target", [0, 1, 2])
def test_grad_cam_agrees(network, image, target):
    theirs = core.GradCam().GetMask(
        image, graph(network, target), should_resize=False, three_dims=False
    )
    ours = interpret.grad_cam(
        network, image[None], target, layer="deep", resized=False
    )[0]
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize("target", [0, 1, 2])
def test_integrated_gradients_agree(network, image, target):
    start = np.full_like(image, 0.5)
    theirs = core.IntegratedGradients().GetMask(
        image, graph(network, target), x_baseline=start, x_steps=2000, batch_size=500
    )
    ours = interpret.integrated_gradients(
        network, image[None], target, baseline=start, steps=2000
    )[0]
    np.testing.assert_allclose(ours, theirs, atol=1e-4)
