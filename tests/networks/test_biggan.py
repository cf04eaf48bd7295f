"""BigGAN's networks: the paper's sizes, and images that they cannot draw."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen.layers import SelfAttention
from kgen.networks import Pyramid, biggan_generator, projection_discriminator


def size(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


@pytest.fixture
def unset(monkeypatch):
    """Kernels of zeros: orthogonal ones of these sizes would take minutes."""
    zeros = keras.initializers.Zeros()
    monkeypatch.setattr(
        keras.initializers.Orthogonal,
        "__call__",
        lambda _, shape, dtype=None: zeros(shape, dtype),
    )


@pytest.mark.parametrize(
    ("width", "generator", "discriminator"),
    [
        (64, 31_978_628, 39_448_258),
        pytest.param(96, 70_433_988, 87_982_370, marks=pytest.mark.slow),
    ],
)
def test_networks_for_128_pixels_have_the_papers_sizes(
    width, generator, discriminator, unset
):
    pyramid = Pyramid((128, 128, 3), width)
    assert size(biggan_generator(pyramid, 120, num_classes=1000)) == generator
    assert size(projection_discriminator(pyramid, num_classes=1000)) == discriminator


@pytest.mark.parametrize(
    ("side", "base", "widths", "attended"),
    [
        (8, 4, [16, 16], 4),
        (28, 7, [16, 16, 8], 14),
        (32, 4, [16, 16, 8, 4], 16),
        (128, 4, [16, 16, 8, 4, 2, 1], 64),
        (256, 4, [16, 16, 8, 8, 4, 2, 1], 64),
        (448, 7, [16, 16, 8, 8, 4, 2, 1], 56),
    ],
)
def test_maps_of_each_size(side, base, widths, attended):
    pyramid = Pyramid((side, side, 1), width=1, base=base)
    assert (pyramid.widths, pyramid.attended) == (widths, attended)


@pytest.mark.parametrize("attention", [0, 8])
def test_attention_stands_where_it_is_asked_for(attention):
    pyramid = Pyramid((16, 16, 1), width=1, attention=attention)
    generator = biggan_generator(pyramid, 6, 2).get_layer("synthesis")
    for network in (generator, projection_discriminator(pyramid, 2)):
        found = [layer for layer in network.layers if isinstance(layer, SelfAttention)]
        sides = [layer.output.shape[1] for layer in found]
        assert sides == [attention] * bool(attention)


def test_latents_that_are_left_over_go_to_the_first_layer():
    generator = biggan_generator(Pyramid((16, 16, 1), width=1), 8, 2, embedding_dim=5)
    shapes = [tuple(weight.shape) for weight in generator.trainable_weights]
    assert (4, 4 * 4 * 16) in shapes  # 8 = 4 + 2 + 2
    assert (2 + 5, 16) in shapes


def test_the_discriminator_adds_a_product_with_the_class():
    network = projection_discriminator(Pyramid((8, 8, 1), width=1), num_classes=3)
    x = np.random.default_rng(0).normal(size=(3, 8, 8, 1)).astype("float32")
    outputs = network.get_layer("realness").output, *network.get_layer("fit").input
    parts = keras.Model(network.inputs, outputs)([x, np.arange(3)])
    realness, found, classes = map(ops.convert_to_numpy, parts)
    expected = realness + (found * classes).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network([x, np.arange(3)]), expected, rtol=1e-4)


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ((28, 28, 1), {}, r"images of 28×28 .* base=4 .* 8, 16, 32.* Set base=7\."),
        ((40, 40, 1), {}, r"Set base=5\."),
        ((32, 64, 3), {}, "images of 32×64 .* option size=64"),
        ((36, 36, 1), {"base": 3}, "base=3 .* Resize them"),
        ((1024, 1024, 3), {}, "images of 1024×1024 .* option size=64"),
        ((32, 32, 1), {"base": 1}, r"base=1 is not a number in \[2, inf\]"),
        (
            (32, 32, 1),
            {"attention": 32},
            "attention=32 is the side of no map: 4, 8, 16, or 0",
        ),
        ((32, 32, 1), {"width": 0}, "width=0 is not a whole number"),
    ],
)
def test_what_does_not_fit_is_named(shape, options, message):
    with pytest.raises(ValueError, match=message):
        Pyramid(shape, **options)


def test_every_block_needs_a_latent():
    with pytest.raises(ValueError, match=r"latent_dim=3 is not a number in \[4, inf\]"):
        biggan_generator(Pyramid((32, 32, 1)), 3, num_classes=2)
