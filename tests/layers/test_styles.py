"""The layers around styles: their mean, noise, the learnt start, doublings, path lengths."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen.layers import (
    BilinearUpsampling,
    LearnedConstant,
    MeanStyle,
    NoiseInjection,
    PathLengthPenalty,
)

RANDOM = np.random.default_rng(0)
MAPS = RANDOM.normal(size=(3, 4, 6, 2)).astype("float32")


def test_the_mean_style_follows_the_mean_of_the_batches():
    layer, first, second = MeanStyle(0.9), np.full((5, 2), 10.0), np.full((5, 2), 20.0)
    for styles in (first, second):
        np.testing.assert_array_equal(layer(styles, training=True), styles)
    layer(first)  # not in training
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer.mean), 0.9 * 1.0 + 2.0, rtol=1e-6
    )


def test_truncation_moves_styles_to_their_mean():
    layer = MeanStyle(0.0)
    styles = RANDOM.normal(size=(4, 3)).astype("float32")
    layer(styles, training=True)
    mean = styles.mean(axis=0)
    expected = {
        1.0: styles,
        0.0: np.tile(mean, (4, 1)),
        0.7: mean + 0.7 * (styles - mean),
    }
    for truncation, values in expected.items():
        found = ops.convert_to_numpy(layer.truncated(styles, truncation))
        np.testing.assert_allclose(found, values, atol=1e-6)


def test_noise_is_silent_at_first_and_the_same_in_all_channels():
    layer = NoiseInjection(seed=0)
    np.testing.assert_array_equal(layer(MAPS, training=True), MAPS)
    layer.strength.assign(2.0)
    for training in (True, False):
        added = ops.convert_to_numpy(layer(MAPS, training=training)) - MAPS
        np.testing.assert_allclose(added[..., 0], added[..., 1], atol=1e-6)


def test_noise_is_new_for_every_image_in_training_and_fixed_otherwise():
    layer, black = NoiseInjection(seed=0), np.zeros((500, 4, 4, 1), "float32")
    layer(black)
    layer.strength.assign(2.0)
    drawn = ops.convert_to_numpy(layer(black, training=True))
    assert drawn.std() == pytest.approx(2.0, rel=0.05)
    assert (drawn[0] != drawn[1]).all()
    fixed = ops.convert_to_numpy(layer(black))
    np.testing.assert_array_equal(fixed, np.repeat(fixed[:1], 500, axis=0))


def test_the_constant_is_the_same_for_every_value():
    layer = LearnedConstant((4, 4, 2))
    found = ops.convert_to_numpy(layer(np.zeros((3, 5))))
    np.testing.assert_array_equal(
        found, np.repeat(ops.convert_to_numpy(layer.value), 3, axis=0)
    )


def test_maps_are_doubled_as_keras_does_between_pixels():
    ours = ops.convert_to_numpy(BilinearUpsampling()(MAPS))
    theirs = keras.layers.UpSampling2D(2, interpolation="bilinear")(MAPS)
    np.testing.assert_allclose(ours, ops.convert_to_numpy(theirs), atol=1e-6)


def test_a_path_of_the_mean_length_costs_nothing():
    layer, slopes = PathLengthPenalty(rate=1.0), np.zeros((2, 3, 4), "float32")
    slopes[:, :, 0] = 5.0  # of length 5 in each layer
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer(slopes, training=True)), 0.0, atol=1e-6
    )
    assert float(layer.mean) == pytest.approx(5.0)
    slopes[0] = 0.0
    halves = PathLengthPenalty(rate=0.0)
    np.testing.assert_allclose(
        ops.convert_to_numpy(halves(slopes)), [0.0, 25.0], atol=1e-6
    )


def test_path_lengths_of_steps_without_penalty_move_nothing():
    layer, slopes = PathLengthPenalty(rate=0.5), np.ones((2, 3, 4), "float32")
    found = layer(slopes, np.array(False), training=True)
    np.testing.assert_array_equal(found, [0.0, 0.0])
    assert float(layer.mean) == 0.0


@pytest.mark.parametrize(
    ("kind", "rate", "shape", "found"),
    [(MeanStyle, 0.995, (2, 4), 0.75), (PathLengthPenalty, 0.005, (2, 1, 4), 1.5)],
)
def test_means_move_in_half_precision_as_in_full(kind, rate, shape, found):
    layer, values = kind(rate, dtype="mixed_bfloat16"), np.full(shape, 0.75, "float32")
    layer.build(shape)
    layer.mean.assign(np.ones(layer.mean.shape))
    for _ in range(2):
        layer(values, training=True)
    expected = found + 0.995**2 * (1.0 - found)
    np.testing.assert_allclose(ops.convert_to_numpy(layer.mean), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("layer", "name"),
    [(lambda: MeanStyle(1.0), "momentum"), (lambda: PathLengthPenalty(2), "rate")],
)
def test_rates_out_of_range_are_refused(layer, name):
    with pytest.raises(ValueError, match=f"{name}=.* is not a number in"):
        layer()
