"""Networks for few images: no BatchNorm in D, no class in the latents, the class in each layer."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from kgen import networks
from kgen.models import CVAECGAN
from kgen.networks import few

SHAPES = [(12, 10, 3), (8, 8, 8, 1)]
STYLE = networks.Style(4)


def judge(shape=(16, 16, 1)):
    return few.auxiliary_discriminator(shape, 3, 4, 0.3, 0.03, 0.03)


@pytest.mark.parametrize("shape", [*SHAPES, (6,)])
def test_networks_take_and_give_what_those_of_many_do(shape):
    x, y = np.zeros((2, *shape), "float32"), np.array([0, 2])
    made = (
        few.encoder(shape, 5, STYLE, 3),
        few.decoder(shape, 5, STYLE, 3),
        judge(shape),
    )
    shapes = [
        output.shape
        for output in (*made[0]([x, y]), made[1]([np.zeros((2, 5)), y]), *made[2](x))
    ]
    realness = 3 if len(shape) > 1 else 1  # one per class
    assert shapes == [(2, 5), (2, 5), (2, *shape), (2, realness), (2, 3)]


IMAGES = np.random.default_rng(0).random((6, 16, 16, 1), "float32")
CODES = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")


@pytest.mark.parametrize("training", [False, True])
def test_neither_judge_nor_decoder_looks_at_the_batch(training):
    calm = few.auxiliary_discriminator(
        (16, 16, 1), 3, 4, dropout=0.0, noise=0.0, shift=0.0
    )
    decoder, labels = few.decoder((16, 16, 1), 5, STYLE, 3), np.arange(6) % 3
    whole = [
        *calm(IMAGES, training=training),
        decoder([CODES, labels], training=training),
    ]
    alone = [
        *calm(IMAGES[:1], training=training),
        decoder([CODES[:1], labels[:1]], training=training),
    ]
    for many, one in zip(whole, alone, strict=True):
        np.testing.assert_allclose(many[:1], one, atol=1e-5)


def test_the_judge_shares_no_weights_with_the_classifier():
    network = judge()
    before = [ops.convert_to_numpy(part) for part in network(IMAGES)]
    classifier = next(layer for layer in network.layers if layer.name == "classifier")
    classifier.set_weights(
        [np.zeros_like(weight) for weight in classifier.get_weights()]
    )
    realness, classes = network(IMAGES)
    np.testing.assert_array_equal(realness, before[0])
    assert not np.allclose(classes, before[1])


def transposed(network):
    return [
        layer for layer in network.layers if isinstance(layer, layers.Conv2DTranspose)
    ]


def test_every_doubling_is_told_the_class():
    network = few.decoder((32, 32, 1), 5, STYLE, 3)
    channels = sorted(layer.kernel.shape[-1] - 3 for layer in transposed(network))
    assert channels == [2, 4, 4, 8, 8, 16]  # of the displacement and of what is added


def test_the_decoder_begins_without_a_template_and_without_a_displacement():
    decoder = few.decoder((16, 16, 1), 5, STYLE, 3)
    (template,) = decoder.get_layer("template").get_weights()
    assert not template.any()
    far = keras.Model(decoder.inputs, decoder.get_layer("displacement").output)
    labels = np.arange(6) % 3
    assert not np.any(ops.convert_to_numpy(far([CODES, labels])))


def _displaces(layer):
    return layer.use_bias and layer.filters == 2


def test_the_decoder_displaces_its_template():
    decoder = few.decoder((16, 16, 1), 5, STYLE, 3)
    labels = np.arange(6) % 3
    before = ops.convert_to_numpy(decoder([CODES, labels]))
    decoder.get_layer("template").set_weights([IMAGES[:1] / few.TEMPLATE])
    (last,) = (layer for layer in transposed(decoder) if _displaces(layer))
    kernel, _ = last.get_weights()
    rows, columns = 2, 1
    last.set_weights([kernel, np.array([rows, columns]) / few.POINTS])
    moved = ops.convert_to_numpy(decoder([CODES, labels]))
    expected = (before + IMAGES[:1])[:, rows:, columns:]
    np.testing.assert_allclose(moved[:, :-rows, :-columns], expected, atol=1e-5)


def small():
    """A cVAE-cGAN for few images of three classes."""
    sizes = {"latent_dim": 5, "width": 4, "discriminator_width": 4}
    return CVAECGAN.from_shape((16, 16, 1), num_classes=3, few=True, **sizes)


def test_a_judge_of_classes_is_asked_for_the_class_and_else_for_any():
    model = small()
    labels = np.arange(6) % 3
    realness, classes = map(ops.convert_to_numpy, model.discriminator(IMAGES))
    asked = ops.convert_to_numpy(model.judge(IMAGES, labels, training=False)[0])
    np.testing.assert_allclose(asked[:, 0], realness[np.arange(6), labels], rtol=1e-6)
    shares = np.exp(classes) / np.exp(classes).sum(axis=1, keepdims=True)
    any_class = np.log((shares * np.exp(realness)).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(
        ops.convert_to_numpy(model.judged(IMAGES)), any_class, rtol=1e-4, atol=1e-5
    )


def test_a_model_of_few_is_the_same_after_it_is_saved(tmp_path):
    model = small()
    model.compile()
    model.fit(IMAGES, np.arange(6) % 3, batch_size=6, epochs=1, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        again.generate(3, 1, seed=0), model.generate(3, 1, seed=0)
    )
    np.testing.assert_array_equal(
        again.latents(IMAGES, np.arange(6) % 3), model.latents(IMAGES, np.arange(6) % 3)
    )
