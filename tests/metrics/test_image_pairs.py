"""Images and masks against their truth, in closed form and beside another implementation."""

import numpy as np
import pytest

from kgen.metrics import (
    Unmeasurable,
    effects,
    image_pairs,
    interval,
    look_ups,
    mask_pairs,
)

RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.random((3, 32, 40, 1))
FOUND = np.clip(TRUTH + RANDOM.normal(0, 0.1, TRUTH.shape), 0, 1)


def test_errors_count_inside_alone():
    inside = np.zeros((2, 4, 4, 1), bool)
    inside[0, :2] = True
    found = image_pairs.absolute_errors(
        np.full((2, 4, 4, 1), 3.0), np.where(inside, 1.0, 100.0), inside
    )
    assert found[0] == 2.0 and np.isnan(found[1])
    assert image_pairs.mean_of(found) == 2.0
    with pytest.raises(Unmeasurable, match="no value has a point"):
        image_pairs.mean_of(found[1:])
    bytes_ = np.uint8([[[[250]]]]), np.uint8([[[[5]]]])
    assert image_pairs.absolute_errors(*bytes_[::-1]) == 245


def test_noise_and_similarity_are_those_of_another_implementation():
    metrics = pytest.importorskip("skimage.metrics")
    noise = [
        metrics.peak_signal_noise_ratio(*pair, data_range=1.0)
        for pair in zip(TRUTH, FOUND, strict=True)
    ]
    np.testing.assert_allclose(image_pairs.signal_to_noise(FOUND, TRUTH, 1.0), noise)
    options = {
        "gaussian_weights": True,
        "use_sample_covariance": False,
        "data_range": 1.0,
        "channel_axis": -1,
    }
    alike = [
        metrics.structural_similarity(*pair, **options)
        for pair in zip(TRUTH, FOUND, strict=True)
    ]
    np.testing.assert_allclose(
        image_pairs.structural_similarity(FOUND, TRUTH, 1.0), alike, rtol=1e-6
    )


def test_an_image_is_like_itself():
    np.testing.assert_allclose(
        image_pairs.structural_similarity(TRUTH, TRUTH, 1.0), 1.0
    )
    volumes = RANDOM.random((1, 12, 13, 14, 1))
    np.testing.assert_allclose(
        image_pairs.structural_similarity(volumes, volumes, 1.0), 1.0
    )


def square(top, left, side=8, size=32):
    mask = np.zeros((1, size, size), int)
    mask[:, top : top + side, left : left + side] = 1
    return mask


def test_overlap_of_shifted_squares():
    found, truth = square(4, 4), square(4, 8)
    assert mask_pairs.dice(found, truth, [1])[0, 0] == 0.5
    assert mask_pairs.jaccard(found, truth, [1])[0, 0] == pytest.approx(1 / 3)
    shares = mask_pairs.dice(found, truth, [0, 1, 2])[0]
    assert shares[0] == pytest.approx(2 * (1024 - 96) / (2 * 960)) and np.isnan(
        shares[2]
    )
    assert mask_pairs.dice(found, 0 * truth, [1])[0, 0] == 0.0


def test_surfaces_are_as_far_as_they_were_moved_in_millimetres():
    found, truth = square(4, 4), square(4, 8)
    spacing = (1.0, 2.0)
    assert mask_pairs.hausdorff(found, truth, [1], spacing)[0, 0] == pytest.approx(8.0)
    assert mask_pairs.hausdorff(found, found, [1], spacing)[0, 0] == 0.0
    assert 0 < mask_pairs.surface_distance(found, truth, [1], spacing)[0, 0] < 8.0
    assert np.isnan(mask_pairs.hausdorff(found, 0 * truth, [1], spacing)[0, 0])
    # One wrong point far away does not count among the farthest 5 %.
    spotted = found.copy()
    spotted[0, 31, 31] = 1
    assert mask_pairs.hausdorff(spotted, found, [1], spacing)[0, 0] == 0.0


def test_the_mean_over_classes_weighs_every_class_alike_and_has_an_interval():
    values = np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, np.nan]])
    assert mask_pairs.mean_over_classes(values) == 0.5
    low, high = interval(mask_pairs.mean_over_classes, (RANDOM.normal(3, 1, (200, 2)),))
    assert 2.8 < low < 3.0 < high < 3.2


def test_effect_maps_agree_in_shape_and_sign():
    truth = RANDOM.normal(size=(4, 8, 8))
    np.testing.assert_allclose(effects.correlations(3 * truth + 2, truth), 1.0)
    np.testing.assert_allclose(effects.correlations(-truth, truth), -1.0)
    assert np.isnan(effects.correlations(0 * truth, truth)).all()
    np.testing.assert_array_equal(
        effects.right_signs([1.0, -2.0, 0.0], [3.0, 1.0, 1.0]), [1, 0, 0]
    )
    inside = np.zeros((1, 4, 4))
    inside[0, :2] = 5.0
    np.testing.assert_allclose(
        effects.outside_over_inside(np.where(inside > 0, -3.0, 1.0), inside), 1 / 3
    )
    assert effects.constant_map(truth, 9).shape == (9, 8, 8)
    assert np.isnan(effects.correlations(np.full((4, 8, 8), 0.1), truth)).all()


def test_brightness_gives_what_brightness_can():
    # Two random samples of this size have the same quantiles within the tolerance.
    x, other = np.random.default_rng(0).random((2, 5, 64, 64))
    matched = look_ups.HistogramMatching(x, 4 * other**2)
    np.testing.assert_allclose(matched(x), 4 * x**2, atol=0.1)
    np.testing.assert_allclose(
        look_ups.LookUp(x, np.sin(9 * x))(x), np.sin(9 * x), atol=0.2
    )


def test_a_look_up_of_few_values_has_no_empty_bins():
    told = look_ups.LookUp(np.array([0, 10, 20]), np.array([5.0, 6.0, 7.0]))
    np.testing.assert_array_equal(
        told(np.array([-1, 0, 3, 10, 12, 20, 99])), [5, 5, 6, 6, 7, 7, 7]
    )


@pytest.mark.parametrize("values", [(0, 1), (1, 0), (2, 0, 1)])
def test_classes_are_told_by_brightness_in_its_order(values):
    places = RANDOM.integers(0, len(values), (4, 20, 20))
    x = places + RANDOM.normal(0, 0.1, places.shape)
    y = np.array(values)[places]
    np.testing.assert_array_equal(look_ups.BrightnessClasses(x, y)(x), y)
