"""StyleGAN2: sizes of the paper's networks, penalties in closed form, truncation, mixed styles."""

import math

import keras
import numpy as np
import pytest
from keras import layers, ops

from kgen import networks
from kgen.models import StyleGAN
from tests.conftest import tiny, uncompiled

X = np.random.default_rng(0).random((8, 8, 8, 1), dtype="float32")
Z = np.random.default_rng(1).standard_normal((2, 5, 3), dtype="float32")

# Under JAX these steps take minutes to compile.
heavy = pytest.mark.slow if keras.backend.backend() == "jax" else lambda test: test


def sizes(*found):
    """The number of trainable numbers of each network."""
    return [
        sum(math.prod(weight.shape) for weight in one.trainable_weights)
        for one in found
    ]


def players(shape, latent_dim, width, max_width, mapping_layers):
    generator = networks.style_generator(
        shape, latent_dim, width, max_width, mapping_layers
    )
    parts = [generator.get_layer(name) for name in ("mapping", "synthesis")]
    return [*parts, generator, networks.residual_discriminator(shape, width, max_width)]


def with_noise(model):
    """The model with details that no style decides, as after some training."""
    for layer in model.synthesis.layers:
        if layer.name.startswith("noise_injection"):
            layer.strength.assign(0.3)
    model.mapping.get_layer("mean_style").mean.assign([0.5, -0.5, 1.0])
    return model


@pytest.fixture(scope="module")
def model():
    return with_noise(tiny("stylegan"))


def linear(**options):
    """A model whose discriminator is w·x, and that weight; its steps hardly move anything."""
    x = keras.Input((8, 8, 1))
    judge = keras.Model(x, layers.Dense(1, use_bias=False)(layers.Flatten()(x)))
    model = StyleGAN(tiny("stylegan").generator, judge, **options)
    model.compile(keras.optimizers.SGD(1e-12), keras.optimizers.SGD(1e-12))
    return uncompiled(model), ops.convert_to_numpy(judge.weights[0])


def test_batches_without_a_group_to_compare_are_refused(batch):
    with pytest.raises(
        ValueError, match=r"2 images is too small: D compares groups of 4"
    ):
        tiny("stylegan").fit(batch[0], batch_size=2, verbose=0)


@pytest.mark.parametrize("layer", [2.0, True, -1, 99])
def test_a_layer_is_a_whole_number(layer):
    z = np.zeros((1, 3), "float32")
    with pytest.raises(
        ValueError, match=f"layer={layer!r} is not a whole number from 0"
    ):
        tiny("stylegan").mix(z, z, layer)


@pytest.mark.parametrize("name", ["stylegan", "vae"])
@pytest.mark.parametrize(
    ("z", "told"),
    [
        (np.zeros(3), r"z has the shape \(3,\); latents of .* have the shape \(n, 3\)"),
        (np.zeros((2, 4)), r"z has the shape \(2, 4\)"),
        (np.full((2, 3), np.nan), "z holds NaN or infinity"),
    ],
)
def test_latents_of_another_shape_are_refused(z, told, name):
    with pytest.raises(ValueError, match=told):
        tiny(name).decode(z)


def test_networks_have_the_sizes_of_the_papers_code():
    found = sizes(*players((32, 32, 1), 64, 64, 64, 2))
    assert found == [8_320, 305_547, 313_867, 337_153]


@pytest.mark.slow
def test_networks_of_1024_pixels_have_the_sizes_of_the_paper():
    found = sizes(*players((1024, 1024, 3), 512, 32, 512, 8))
    assert found == [2_101_248, 28_268_812, 30_370_060, 29_012_513]


def test_r1_of_a_linear_discriminator_is_half_of_gamma_times_its_squared_weight():
    model, weight = linear(r1_weight=7.0)
    logs = model.evaluate(X, verbose=0, return_dict=True)
    half = 0.5 * np.sum(weight**2)
    assert logs["r1_penalty"] == pytest.approx(half, rel=1e-5)
    game = logs["real_loss"] + logs["fake_loss"]
    assert logs["discriminator_loss"] == pytest.approx(game + 7.0 * half, rel=1e-5)


def test_a_lazy_penalty_weighs_as_much_over_its_interval():
    model, weight = linear(r1_interval=2)
    logs = model.fit(
        X, batch_size=4, verbose=0
    ).history  # two steps, one with the penalty
    assert logs["r1_penalty"][0] == pytest.approx(0.5 * np.sum(weight**2), rel=1e-5)


def test_path_slopes_of_a_linear_synthesis_are_its_weights():
    styles = keras.Input((2, 3))
    image = layers.Reshape((8, 8, 1))(
        layers.Dense(64, use_bias=False)(layers.Flatten()(styles))
    )
    synthesis, z = keras.Model(styles, image, name="synthesis"), keras.Input((3,))
    mapping = keras.Model(z, layers.Dense(3)(z), name="mapping")
    generator = keras.Model(z, synthesis(layers.RepeatVector(2)(mapping(z))))
    model = StyleGAN(generator, tiny("stylegan").discriminator, path_weight=2.0)
    model.compile()  # JAX holds the state of the optimizers while it differentiates
    same = ops.ones((4, 2, 3))
    found = ops.convert_to_numpy(model.slopes(same, X[:4], training=False))
    expected = X[:4].reshape(4, 64) @ ops.convert_to_numpy(synthesis.weights[0]).T
    np.testing.assert_allclose(found.reshape(4, 6), expected, rtol=1e-4, atol=1e-5)


@heavy
def test_every_term_is_paid_and_its_state_moves():
    model = uncompiled(tiny("stylegan", path_weight=2.0, augmented=True))
    logs = model.train_on_batch(X, return_dict=True)
    assert np.isfinite(list(logs.values())).all() and logs["path_penalty"] > 0
    assert {"r1_penalty", "augmented_share"} < set(logs)
    moved = model.path_lengths.mean, *model.mapping.get_layer("mean_style").weights
    assert all(np.any(ops.convert_to_numpy(variable) != 0) for variable in moved)


@heavy
def test_a_saved_model_trains_on_to_the_bit(tmp_path):
    model = uncompiled(
        tiny("stylegan", path_weight=2.0, augmented=True, path_interval=1)
    )
    model.train_on_batch(X)
    model.save(tmp_path / "model.keras")
    again = uncompiled(keras.saving.load_model(tmp_path / "model.keras"))
    for one in (model, again):
        one.train_on_batch(X)
    for variable, other in zip(model.variables, again.variables, strict=True):
        np.testing.assert_array_equal(variable, other)


def test_without_truncation_the_style_stays_and_at_0_all_images_are_one(model):
    whole = model.generate(6, seed=1)
    np.testing.assert_array_equal(model.generate(6, seed=1, truncation=1.0), whole)
    styles = model.mapping(Z[0])
    kept = model.mapping.get_layer("mean_style").truncated(styles, 1.0)
    np.testing.assert_allclose(
        ops.convert_to_numpy(kept), ops.convert_to_numpy(styles), atol=1e-6
    )
    one = model.generate(6, seed=1, truncation=0.0)
    np.testing.assert_allclose(one, np.repeat(one[:1], 6, axis=0), atol=1e-6)
    assert (whole != whole[:1]).any(axis=(1, 2, 3))[1:].all()


def test_variance_falls_with_the_truncation(model):
    found = [
        model.generate(50, seed=0, truncation=psi).var(axis=0).mean()
        for psi in (1.0, 0.5)
    ]
    assert found[1] < found[0]


def test_layers_from_the_chosen_one_on_take_the_second_style(model):
    coarse, fine = Z
    np.testing.assert_array_equal(model.mix(coarse, fine, 0), model.decode(fine))
    np.testing.assert_array_equal(
        model.mix(coarse, fine, model.style_layers), model.decode(coarse)
    )
    between = model.mix(coarse, fine, 1)
    assert (between != model.decode(fine)).any() and (
        between != model.decode(coarse)
    ).any()


def test_a_grid_shows_the_mean_the_samples_and_their_mixtures(model):
    grid = model.style_grid(2, 2, seed=3, truncation=0.5)
    assert grid.shape == (3, 3, 8, 8, 1)
    rows, columns = np.split(model._latents(4, 3), 2)
    np.testing.assert_allclose(
        grid[1:, 0], model.decode(rows, truncation=0.5), atol=1e-6
    )
    np.testing.assert_allclose(
        grid[0, 1:], model.decode(columns, truncation=0.5), atol=1e-6
    )
    mixed = model.mix(rows[1:], columns[:1], 2, truncation=0.5)
    np.testing.assert_allclose(grid[2, 1], mixed[0], atol=1e-6)
    np.testing.assert_allclose(
        grid[0, 0], model.generate(1, truncation=0.0)[0], atol=1e-6
    )


def test_styles_are_mixed_image_by_image(model):
    first, second = (model.mapping(z) for z in Z)
    layer = np.array([[0], [model.style_layers], [2], [2], [2]])
    mixed = ops.convert_to_numpy(model.of_styles(first, second, layer, training=False))
    ends = [ops.convert_to_numpy(model(z)) for z in Z]
    np.testing.assert_allclose(mixed[0], ends[1][0], atol=1e-6)
    np.testing.assert_allclose(mixed[1], ends[0][1], atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((28, 28, 1), "28×28 pixels: their sides must be equal"),
        ((8, 16, 3), "8×16 pixels"),
    ],
)
def test_sides_that_no_doubling_reaches_are_refused(shape, message):
    with pytest.raises(ValueError, match=message):
        StyleGAN.from_shape(shape)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"r1_weight": -1.0}, "r1_weight=-1.0"),
        ({"r1_interval": 0}, "r1_interval=0"),
        ({"style_mixing": 1.5}, "style_mixing=1.5"),
        ({"path_weight": -2.0}, "path_weight=-2.0"),
        ({"path_interval": 0}, "path_interval=0"),
    ],
)
def test_numbers_out_of_range_are_refused(options, message, model):
    with pytest.raises(ValueError, match=message):
        StyleGAN(model.generator, model.discriminator, **options)


@pytest.mark.parametrize("size", ["latent_dim", "width", "max_width", "mapping_layers"])
def test_sizes_below_1_are_refused(size):
    with pytest.raises(
        ValueError, match=f"{size}=0 is not a whole number of at least 1"
    ):
        StyleGAN.from_shape((8, 8, 1), **{size: 0})


@pytest.mark.parametrize("truncation", [-0.1, 1.1, "half"])
def test_a_truncation_out_of_range_is_refused(truncation, model):
    with pytest.raises(
        ValueError, match=rf"truncation={truncation!r} is not a number in \[0.0, 1"
    ):
        model.generate(2, truncation=truncation)
    with pytest.raises(ValueError, match="truncation="):
        model.mix(*Z, 1, truncation=truncation)


@pytest.mark.parametrize("layer", [-1, 5, 1.5])
def test_a_layer_that_takes_no_style_is_refused(layer, model):
    with pytest.raises(
        ValueError, match=f"layer={layer} is not a whole number from 0 to 4"
    ):
        model.mix(*Z, layer)
