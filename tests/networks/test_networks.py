import numpy as np
import pytest
from keras import layers, ops

from kgen import networks
from kgen.networks import Style

SHAPES = [
    (8, 8, 1), (9, 13, 3), (28, 28, 1), (31, 64, 3), (128, 40, 1),
    (7,), (200, 3), (8, 1), (6, 6, 6, 1), (9, 12, 17, 2),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("num_classes", [None, 4])
def test_any_size_goes_in_and_comes_out(shape, num_classes):
    encoder = networks.encoder(shape, 5, Style(4), num_classes)
    decoder = networks.decoder(shape, 5, Style(4), num_classes)
    labels = [ops.convert_to_tensor([1, 3])] if num_classes else []
    mean, log_var = encoder(
        [ops.zeros((2, *shape)), *labels] if labels else ops.zeros((2, *shape))
    )
    assert mean.shape == log_var.shape == (2, 5)
    assert decoder([mean, *labels] if labels else mean).shape == (2, *shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_discriminator_has_two_heads(shape):
    realness, classes = networks.auxiliary_discriminator(shape, 7, 4)(
        np.zeros((2, *shape), "float32")
    )
    assert realness.shape == (2, 1) and classes.shape == (2, 7)


@pytest.mark.parametrize("shape", [(16, 16, 3), (7,)])
def test_a_separate_classifier_alone_sees_changed_input(shape):
    body = {"dropout": 0.5, "noise": 0.3, "shift": 0.2}
    network = networks.separate_discriminator(shape, 7, 4, **body)
    x = np.random.default_rng(0).random((4, *shape), "float32")
    one, other = network(x, training=True), network(x, training=True)
    np.testing.assert_allclose(*(heads[0] for heads in (one, other)), rtol=1e-6)
    assert np.abs(one[1] - other[1]).max() > 1e-3


def test_separate_discriminator_and_classifier_share_no_weights():
    network, x = (
        networks.separate_discriminator((16, 16, 1), 3, 4),
        np.ones((2, 16, 16, 1)),
    )
    before = [ops.convert_to_numpy(part) for part in network(x)]
    for weight in network.get_layer("classifier").weights:
        weight.assign(ops.zeros_like(weight))
    realness, classes = network(x)
    np.testing.assert_array_equal(realness, before[0])
    assert not np.allclose(classes, before[1])


@pytest.mark.parametrize("shape", [(28, 28, 1), (31, 64, 3), (100, 1), (9, 12, 17, 2)])
def test_generator_begins_where_the_discriminator_ends(shape):
    drawing, judging = (
        networks.generator(shape, 5, 4),
        networks.discriminator(shape, 4),
    )
    begun = next(layer for layer in drawing.layers if isinstance(layer, layers.Reshape))
    ended = [layer for layer in judging.layers if hasattr(layer, "kernel_size")][-1]
    assert begun.output.shape == ended.output.shape


@pytest.mark.parametrize("shape", SHAPES)
def test_generators_fill_their_limits_at_any_size(shape):
    z = ops.convert_to_tensor(
        100 * np.random.default_rng(0).standard_normal((8, 5), dtype="float32")
    )
    labels = ops.convert_to_tensor(np.arange(8) % 4)
    for images in (
        networks.dense_generator(shape, 5, 4, (0.0, 4.0))(z),
        networks.generator(shape, 5, 4, limits=(0.0, 4.0))(z),
        networks.generator(shape, 5, 4, num_classes=4, limits=(0.0, 4.0))([z, labels]),
    ):
        assert images.shape == (8, *shape)
        assert 0.0 <= float(ops.min(images)) < 2.0 < float(ops.max(images)) <= 4.0


@pytest.mark.parametrize("shape", SHAPES)
def test_discriminators_of_one_head(shape):
    factories = networks.dense_discriminator, networks.discriminator, networks.critic
    for factory in factories:
        assert factory(shape, 4)(np.zeros((2, *shape), "float32")).shape == (2, 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_discriminator_reads_the_class_at_any_size(shape):
    discriminator = networks.discriminator(shape, 4, num_classes=3)
    x = np.zeros((3, *shape), "float32")
    values = ops.convert_to_numpy(discriminator([x, np.arange(3)]))
    assert values.shape == (3, 1) and len(np.unique(values)) == 3


def test_a_feature_discriminator_judges_by_the_features_it_gives():
    network = networks.feature_discriminator((9, 13, 3), 4)
    x = np.random.default_rng(0).random((2, 9, 13, 3))
    realness, features = map(ops.convert_to_numpy, network(x.astype("float32")))
    kernel, bias = network.get_layer("realness").get_weights()
    np.testing.assert_allclose(realness, features @ kernel + bias, atol=1e-6)


def test_vectors_in_place_of_images():
    generator = networks.dense_generator((2,), 3, 4, (-2.0, 2.0))
    assert networks.dense_discriminator((2,), 4, 0.0)(
        generator(ops.ones((5, 3)))
    ).shape == (5, 1)


def test_a_generator_of_vectors_bends_as_one_of_grids_does():
    hidden = networks.generator((2,), 3, 1).layers[1:4]
    assert [layer.activation.__name__ for layer in hidden] == ["relu"] * 3


def test_kernels_are_divisible_by_their_strides():
    decoder = networks.decoder((28, 28, 1), 5)
    transposed = [layer for layer in decoder.layers if "transpose" in layer.name]
    assert len(transposed) == 2
    assert all(
        size % stride == 0
        for layer in transposed
        for size, stride in zip(layer.kernel_size, layer.strides, strict=True)
    )


@pytest.mark.parametrize("encoder", [networks.encoder, networks.dense_encoder])
def test_means_and_log_variances_of_latents_take_both_signs(encoder):
    x = ops.convert_to_tensor(
        np.random.default_rng(0).random((64, 8, 8, 1), dtype="float32")
    )
    for outputs in encoder((8, 8, 1), 16)(
        x
    ):  # behind a ReLU they would not, as in the code that Tybalt released
        assert float(ops.min(outputs)) < 0.0 < float(ops.max(outputs))


@pytest.mark.parametrize(
    "activation, below_zero", [("leaky_relu", -0.2), ("relu", 0.0)]
)
def test_a_dense_generator_bends_as_its_activation_says(activation, below_zero):
    generator = networks.dense_generator((2,), 3, 4, activation=activation)
    assert [
        float(layer.activation(ops.convert_to_tensor(-1.0)))
        for layer in generator.layers[1:4]
    ] == pytest.approx([below_zero] * 3)
