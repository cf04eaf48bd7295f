import keras
import numpy as np
import pytest

from kgen.models import DCGAN


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (31, 45, 3), (128, 128, 3)])
def test_images_of_8_to_128_pixels_grey_and_in_colour(shape):
    model = DCGAN.from_shape(shape, width=2)
    model.compile()
    images = np.random.default_rng(0).uniform(0, 1, (2, *shape)).astype("float32")
    assert np.isfinite(model.fit(images, batch_size=2, verbose=0).history["loss"])
    assert model.generate(2).shape == images.shape


def test_batch_norm_everywhere_but_at_the_images():
    model = DCGAN.from_shape((64, 64, 3), width=2)
    kinds = [
        "".join(letter(layer) for layer in network.layers)
        for network in (model.generator, model.discriminator)
    ]
    assert kinds == ["wbwbwbwbw", "wwbwbwbw"]


def letter(layer):
    """w for a layer of weights, b for BatchNorm."""
    if isinstance(layer, keras.layers.BatchNormalization):
        return "b"
    return "w" if layer.weights else ""


def test_weights_start_small_and_kernels_are_divisible_by_their_strides():
    model = DCGAN.from_shape((28, 28, 1))
    for layer in model.generator.layers + model.discriminator.layers:
        if hasattr(layer, "kernel"):
            assert np.std(layer.get_weights()[0]) == pytest.approx(0.02, rel=0.1)
        if hasattr(layer, "strides"):
            assert layer.strides == (2, 2) and layer.kernel_size == (4, 4)


def test_dropout_and_noise_hold_the_discriminator_back():
    model = DCGAN.from_shape((8, 8, 1), width=2, dropout=0.3, noise=0.1)
    rates = {getattr(layer, "rate", 0.0) for layer in model.discriminator.layers}
    assert 0.3 in rates and model.discriminator.layers[1].stddev == 0.1
