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
def test_neither_classifier_nor_decoder_looks_at_the_batch(training):
    calm = few.auxiliary_discriminator(
        (16, 16, 1), 3, 4, dropout=0.0, noise=0.0, shift=0.0
    )
    decoder, labels = few.decoder((16, 16, 1), 5, STYLE, 3), np.arange(6) % 3
    whole = [
        calm(IMAGES, training=training)[1],
        decoder([CODES, labels], training=training),
    ]
    alone = [
        calm(IMAGES[:1], training=training)[1],
        decoder([CODES[:1], labels[:1]], training=training),
    ]
    for many, one in zip(whole, alone, strict=True):
        np.testing.assert_allclose(many[:1], one, atol=1e-5)


def test_the_judge_sees_how_much_the_images_of_a_batch_differ():
    alike = np.repeat(IMAGES[:1], 4, axis=0)
    different = np.concatenate([IMAGES[:1], 1.0 - IMAGES[:1], IMAGES[1:3]])
    network = judge()
    logits = [ops.convert_to_numpy(network(x)[0][0]) for x in (alike, different)]
    assert np.abs(logits[0] - logits[1]).max() > 1e-4  # of the same first image


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
    assert channels == [4, 8, 16]


def test_the_decoder_begins_without_a_template_and_without_a_displacement():
    decoder = few.decoder((16, 16, 1), 5, STYLE, 3)
    (template,) = decoder.get_layer("template").get_weights()
    assert not template.any()
    far = keras.Model(decoder.inputs, decoder.get_layer("displacement").output)
    labels = np.arange(6) % 3
    assert not np.any(ops.convert_to_numpy(far([CODES, labels])))


def _linear(decoder, channels):
    """The layer of a new decoder of 16×16 pixels that gives linear maps of so many channels."""
    dense = (layer for layer in decoder.layers if isinstance(layer, layers.Dense))
    still = (layer for layer in dense if not np.any(ops.convert_to_numpy(layer.kernel)))
    return next(layer for layer in still if layer.units == 8 * 8 * channels)


def test_the_decoder_displaces_its_template():
    decoder = few.decoder((16, 16, 1), 5, STYLE, 3)
    labels = np.arange(6) % 3
    before = ops.convert_to_numpy(decoder([CODES, labels]))
    decoder.get_layer("template").set_weights([IMAGES[:1] / few.TEMPLATE])
    dense = _linear(decoder, channels=2)
    rows, columns = 2, 1
    everywhere = np.tile([rows, columns], 8 * 8) / few.POINTS
    dense.set_weights([np.zeros(dense.kernel.shape), everywhere])
    moved = ops.convert_to_numpy(decoder([CODES, labels]))
    expected = (before + IMAGES[:1])[:, rows:, columns:]
    np.testing.assert_allclose(moved[:, :-rows, :-columns], expected, atol=1e-5)


@pytest.mark.parametrize("channels", [1, 2])
def test_displacement_and_brightness_are_linear_in_z(channels):
    decoder = few.decoder((16, 16, 1), 5, STYLE, 3)
    dense = _linear(decoder, channels)
    random = np.random.default_rng(0)
    dense.set_weights([random.normal(size=weight.shape) for weight in dense.weights])
    maps = keras.Model(decoder.inputs, dense.output)
    labels = np.zeros(6, "int32")
    at = [maps([scale * CODES, labels]) for scale in (0.0, 1.0, 2.0)]
    origin, once, twice = map(ops.convert_to_numpy, at)
    np.testing.assert_allclose(
        twice - origin, 2.0 * (once - origin), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize(
    ("shape", "sides"),
    [
        ((64, 64, 1), [32, 32]),
        ((256, 256, 3), [64, 64]),
        ((32, 32, 32, 1), [16, 16, 16]),
        ((9, 13, 1), [5, 7]),
    ],
)
def test_control_points_are_half_as_many_per_side_or_few(shape, sides):
    assert few._control_sides(shape) == sides


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


@pytest.mark.whole
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
