"""Networks of a cVAE-cGAN for many images: white latents, no batch statistics, two judges."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen.networks import Style, many

SHAPE, CLASSES, LATENTS, COUNT = (12, 12, 1), 3, 5, 64
LABELS = np.arange(COUNT) % CLASSES


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).random((COUNT, *SHAPE), dtype="float32")


def test_mean_and_noise_of_a_latent_share_a_variance_of_one(images):
    encoder = many.encoder(SHAPE, LATENTS, Style(4), CLASSES)
    outputs = encoder([images, LABELS], training=True)
    mean, log_var = map(ops.convert_to_numpy, outputs)
    white = mean / np.sqrt(1.0 - np.exp(log_var))
    np.testing.assert_allclose(white.mean(axis=0), 0.0, atol=1e-5)
    # BatchNorm adds 0.001 to the variance, which is small at the beginning.
    assert (white.std(axis=0) <= 1.0).all() and (white.std(axis=0) > 0.9).all()


def test_the_decoder_draws_a_value_alone_as_among_others(images):
    decoder = many.decoder(SHAPE, LATENTS, Style(4), CLASSES)
    z = np.random.default_rng(0).standard_normal((COUNT, LATENTS))
    among = decoder([z, LABELS], training=True)[:1]
    alone = decoder([z[:1], LABELS[:1]], training=True)
    np.testing.assert_allclose(alone, among, atol=1e-5)


def test_discriminator_and_classifier_share_no_weights():
    judge = many.auxiliary_discriminator(SHAPE, CLASSES, 4)
    assert [output.shape[1:] for output in judge.outputs] == [(CLASSES,)] * 2
    parts = [keras.Model(judge.inputs, output) for output in judge.outputs]
    realness, classes = ({id(weight) for weight in part.weights} for part in parts)
    assert realness.isdisjoint(classes)
    assert realness | classes == {id(weight) for weight in judge.weights}


def test_vectors_and_volumes_have_such_networks_too():
    for shape in [(6,), (6, 6, 6, 1)]:
        z, labels = ops.zeros((2, LATENTS)), ops.zeros(2, "int32")
        decoder = many.decoder(shape, LATENTS, Style(2), CLASSES)
        values = decoder([z, labels])
        assert values.shape == (2, *shape)
        encoder = many.encoder(shape, LATENTS, Style(2), CLASSES)
        assert encoder([values, labels])[0].shape == (2, LATENTS)
        judge = many.auxiliary_discriminator(shape, CLASSES, 2)
        assert keras.tree.map_structure(np.shape, judge(values)) == [(2, CLASSES)] * 2
