import keras
import numpy as np
import pytest
from keras import ops

from kgen.layers import (
    BatchNormalization,
    ClassWhitening,
    LinearInterpolation,
    OneHot,
    RandomShift,
    Spread,
    Warp,
)


def dots(count=200, side=9):
    images = np.zeros((count, side, side, 1), "float32")
    images[:, side // 2, side // 2] = 1
    return images


def test_every_shift_within_reach_and_none_beyond():
    moved = ops.convert_to_numpy(RandomShift(2 / 9, seed=0)(dots(2000), training=True))
    places = np.argwhere(moved[..., 0])[:, 1:] - 4
    assert {tuple(place) for place in places} == {
        (r, c) for r in range(-2, 3) for c in range(-2, 3)
    }
    assert len(places) == 2000


def test_whole_pixels_move_and_zeros_come_in():
    image = np.arange(1, 26, dtype="float32").reshape(1, 5, 5, 1)
    moved = ops.convert_to_numpy(
        RandomShift(0.2, seed=1)(np.repeat(image, 50, 0), training=True)
    )[..., 0]
    padded = np.pad(image[0, ..., 0], 1)
    possible = [padded[r : r + 5, c : c + 5] for r in range(3) for c in range(3)]
    assert all(any(np.array_equal(one, want) for want in possible) for one in moved)


def test_nothing_moves_outside_training():
    np.testing.assert_array_equal(RandomShift(0.5)(dots()), dots())


def test_shift_out_of_range():
    with pytest.raises(ValueError, match=r"shift=0.7 is not in \[0, 0.5\]"):
        RandomShift(0.7)


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_batch_normalization_is_that_of_keras(dtype):
    x = np.random.default_rng(0).normal(3.0, 2.0, (16, 5, 5, 3)).astype("float32")
    ours, theirs = (
        kind(momentum=0.9, dtype=dtype)
        for kind in (BatchNormalization, keras.layers.BatchNormalization)
    )
    for training in (True, True, False):
        outputs = [
            ops.convert_to_numpy(ops.cast(layer(x, training=training), "float32"))
            for layer in (ours, theirs)
        ]
        np.testing.assert_allclose(*outputs, atol=1e-5 if dtype == "float32" else 0.02)
    for weight, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(
            weight, other, rtol=1e-4 if dtype == "float32" else 1e-2
        )


def test_labels_become_one_hot():
    np.testing.assert_array_equal(OneHot(3)(np.array([2, 0])), [[0, 0, 1], [1, 0, 0]])


@pytest.mark.parametrize("sides", [(5,), (3, 4), (2, 3, 4)])
def test_a_vector_is_spread_over_a_grid_as_upsampling_does(sides):
    vectors = np.arange(6.0, dtype="float32").reshape(2, 3)
    single = vectors.reshape(2, *[1] * len(sides), 3)
    size = sides if len(sides) > 1 else sides[0]
    upsampled = getattr(keras.layers, f"UpSampling{len(sides)}D")(size)(single)
    np.testing.assert_array_equal(Spread(sides)(vectors), upsampled)


def test_a_layer_saved_under_its_former_name_is_loaded():
    stored = keras.saving.serialize_keras_object(OneHot(3))
    before = {"module": "kgen.layers.label_code", "class_name": "LabelCode"}
    stored |= {**before, "registered_name": "kgen>LabelCode"}
    layer = keras.saving.deserialize_keras_object(stored)
    assert type(layer) is OneHot and layer.num_classes == 3
    assert (
        keras.saving.serialize_keras_object(layer)["registered_name"] == "kgen>OneHot"
    )


MIXED = np.array([[2.0, 0.0], [1.0, 0.5]])  # correlated latents


def latents_of(random, labels):
    """Correlated latents of two distant classes."""
    return 3.0 * labels[:, None] + random.normal(size=(len(labels), 2)) @ MIXED


@pytest.mark.whole
@pytest.mark.parametrize("variance", [1.0, 0.5])
def test_latents_are_white_in_every_class(variance):
    random, layer = np.random.default_rng(0), ClassWhitening(2, 0.98, variance)
    for _ in range(1000):
        labels = random.integers(0, 2, 64)
        layer([latents_of(random, labels), labels], training=True)
    labels = np.arange(4000) % 2
    white = ops.convert_to_numpy(layer([latents_of(random, labels), labels]))
    for label in (0, 1):
        own = white[labels == label]
        np.testing.assert_allclose(own.mean(axis=0), 0.0, atol=0.1)
        np.testing.assert_allclose(np.cov(own.T), variance * np.eye(2), atol=0.15)


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e5])
def test_whitening_withstands_collinear_latents_of_any_scale(scale):
    layer, labels = ClassWhitening(2, 0.0), np.arange(64) % 2
    random = np.random.default_rng(0)
    alike = np.repeat(random.normal(0, scale, (64, 1)), 8, axis=1).astype("float32")
    white = ops.convert_to_numpy(layer([alike, labels], training=True))
    assert np.isfinite(white).all()


def test_whitening_passes_nan_on():
    layer, latents = ClassWhitening(2), np.full((4, 3), np.nan, "float32")
    white = layer([latents, np.arange(4) % 2], training=True)
    assert np.isnan(ops.convert_to_numpy(white)).all()


def test_a_class_that_a_batch_lacks_keeps_its_mean_and_nothing_moves_outside_training():
    layer, latents = ClassWhitening(3), np.ones((4, 2), "float32")
    layer([latents, np.zeros(4, int)], training=True)
    means = ops.convert_to_numpy(layer.means)
    np.testing.assert_allclose(means, [[0.05, 0.05], [0, 0], [0, 0]], rtol=1e-6)
    layer([5 * latents, np.ones(4, int)])
    np.testing.assert_array_equal(layer.means, means)


def test_a_warp_by_whole_points_shifts_a_grid():
    values = np.random.default_rng(0).random((2, 4, 5, 6, 3), "float32")
    far = np.broadcast_to(np.float32([1, 0, 2]), (2, 4, 5, 6, 3))
    moved = ops.convert_to_numpy(Warp()([values, far]))
    np.testing.assert_allclose(moved[:, :-1, :, :-2], values[:, 1:, :, 2:], rtol=1e-5)


def test_a_warp_between_points_averages_and_beyond_the_edge_repeats():
    ramp = np.arange(5, dtype="float32").reshape(1, 5, 1)
    moved = [Warp()([ramp, np.full((1, 5, 1), far)])[0, :, 0] for far in (0.25, -9.0)]
    np.testing.assert_allclose(moved[0], [0.25, 1.25, 2.25, 3.25, 4.0], rtol=1e-6)
    np.testing.assert_allclose(moved[1], np.zeros(5))


def test_linear_interpolation_doubles_images_as_keras_does():
    maps = np.random.default_rng(0).random((2, 5, 7, 3), "float32")
    theirs = keras.layers.UpSampling2D(interpolation="bilinear")(maps)
    ours = ops.convert_to_numpy(LinearInterpolation((10, 14))(maps))
    np.testing.assert_allclose(ours, ops.convert_to_numpy(theirs), atol=1e-6)


@pytest.mark.parametrize("sides", [(7, 9, 12), (5, 4, 3), (2, 3, 16)])
def test_linear_interpolation_keeps_constants_and_inner_slopes(sides):
    centres = [np.arange(side) + 0.5 for side in (5, 4, 3)]
    ramp = sum(np.meshgrid(*centres, indexing="ij"))[None, ..., None]
    flat = ops.convert_to_numpy(LinearInterpolation(sides)(np.ones_like(ramp)))
    np.testing.assert_allclose(flat, 1.0, rtol=1e-6)
    read = ops.convert_to_numpy(LinearInterpolation(sides)(ramp))[0, ..., 0]
    olds = zip((5, 4, 3), sides, strict=True)
    places = [
        np.clip((np.arange(new) + 0.5) * old / new, 0.5, old - 0.5) for old, new in olds
    ]
    expected = sum(np.meshgrid(*places, indexing="ij"))
    np.testing.assert_allclose(read, expected, rtol=1e-5)
