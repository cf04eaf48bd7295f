"""Networks of a cVAE-cGAN for many images: no batch statistics, two judges."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen.networks import Style, many

SHAPE, CLASSES, LATENTS, COUNT = (12, 12, 1), 3, 5, 64
BODY = {"dropout": 0.2, "noise": 0.05, "shift": 0.0}
LABELS = np.arange(COUNT) % CLASSES


@pytest.mark.parametrize("shape", [SHAPE, (6,), (6, 6, 6, 1)])
def test_the_decoder_draws_a_value_alone_as_among_others(shape):
    decoder = many.decoder(shape, LATENTS, Style(4), CLASSES)
    z = np.random.default_rng(0).standard_normal((COUNT, LATENTS))
    among = decoder([z, LABELS], training=True)[:1]
    alone = decoder([z[:1], LABELS[:1]], training=True)
    np.testing.assert_allclose(alone, among, atol=1e-5)


def test_discriminator_and_classifier_share_no_weights():
    judge = many.auxiliary_discriminator(SHAPE, CLASSES, 4, **BODY)
    assert [output.shape[1:] for output in judge.outputs] == [(CLASSES,)] * 2
    parts = [keras.Model(judge.inputs, output) for output in judge.outputs]
    realness, classes = ({id(weight) for weight in part.weights} for part in parts)
    assert realness.isdisjoint(classes)
    assert realness | classes == {id(weight) for weight in judge.weights}


def test_the_classifier_alone_sees_shifted_values():
    body = {"dropout": 0.0, "noise": 0.0, "shift": 0.3}
    judge = many.auxiliary_discriminator(SHAPE, CLASSES, 4, **body)
    x = np.random.default_rng(0).standard_normal((1, *SHAPE))
    one, other = (judge(x, training=True) for _ in range(2))
    np.testing.assert_array_equal(one[0], other[0])
    assert not np.array_equal(one[1], other[1])


def test_vectors_and_volumes_have_such_networks_too():
    for shape in [(6,), (6, 6, 6, 1)]:
        z, labels = ops.zeros((2, LATENTS)), ops.zeros(2, "int32")
        decoder = many.decoder(shape, LATENTS, Style(2), CLASSES)
        values = decoder([z, labels])
        assert values.shape == (2, *shape)
        judge = many.auxiliary_discriminator(shape, CLASSES, 2, **BODY)
        assert keras.tree.map_structure(np.shape, judge(values)) == [(2, CLASSES)] * 2
