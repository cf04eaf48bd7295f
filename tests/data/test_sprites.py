import numpy as np
import pytest

from kgen import data

FACTORS = ("shape", "scale", "rotation", "x", "y")
RADII = np.array([7.5, 10.0, 12.5, 15.0])
ROWS, COLUMNS = np.indices((64, 64))


@pytest.fixture(scope="module")
def dataset():
    return data.load("sprites")


@pytest.fixture(scope="module")
def images(dataset):
    """Pixels from 0 to 255, (3 shapes, 4 scales, 8 rotations, 16 x, 16 y, 64, 64)."""
    splits = dataset.train, dataset.validation, dataset.test
    order = np.lexsort(
        np.concatenate([split.facts["factors"] for split in splits]).T[::-1]
    )
    return np.concatenate([split["x"] for split in splits])[order].reshape(
        3, 4, 8, 16, 16, 64, 64
    )


def moments(image):
    """Mean column, mean row and the 2×2 covariance of the white mass."""
    places = np.stack([COLUMNS.ravel(), ROWS.ravel()])
    return *np.average(places, axis=1, weights=image.ravel()), np.cov(
        places, aweights=image.ravel(), ddof=0
    )


def test_every_combination_of_factors_is_there_once_and_its_label_is_the_shape(dataset):
    splits = dataset.train, dataset.validation, dataset.test
    factors = np.concatenate([split.facts["factors"] for split in splits])
    assert dataset.factor_names == FACTORS and dataset.class_names == [
        "square",
        "ellipse",
        "heart",
    ]
    assert len(np.unique(factors, axis=0)) == len(factors) == 24_576
    for split in splits:
        np.testing.assert_array_equal(split.labels, split.facts["factors"][:, 0])
    part = dataset.test.subset(np.array([5, 3]))
    np.testing.assert_array_equal(
        part.facts["factors"], dataset.test.facts["factors"][[5, 3]]
    )


def test_no_two_settings_draw_the_same_image_and_neighbours_differ(images):
    assert len({image.tobytes() for image in images.reshape(-1, 64 * 64)}) == 24_576
    some = images[..., ::5, ::5, :, :].astype("int16")
    for factor in range(5):
        change = np.abs(np.diff(some, axis=factor)).sum(axis=(-1, -2))
        assert change.min() > 10 * 255  # ten pixels turned from black to white or back


def test_every_sprite_lies_inside_the_frame(images):
    assert images[..., [0, -1], :].max() == images[..., [0, -1]].max() == 0


def test_areas_are_those_of_geometry(images):
    areas = images[:, :, :, 8, 8].sum(axis=(-1, -2)) / 255
    np.testing.assert_allclose(areas[0], np.tile(2 * RADII[:, None] ** 2, 8), rtol=0.02)
    np.testing.assert_allclose(
        areas[1], np.tile(np.pi / 2 * RADII[:, None] ** 2, 8), rtol=0.02
    )
    assert areas[2].std(axis=1).max() < 0.5 and (areas[2] < areas[0]).all()


def test_the_ellipse_turns_counter_clockwise_by_the_angle_of_its_factor(images):
    for rotation in range(8):
        *_, covariance = moments(images[1, 3, rotation, 8, 8])
        across, down = np.linalg.eigh(covariance)[1][:, 1]
        assert np.degrees(np.arctan2(-down, across)) % 180 == pytest.approx(
            11.25 * rotation, abs=0.2
        )


def test_x_leads_to_the_right_and_y_down_by_two_pixels(images):
    places = [[moments(images[0, 1, 3, x, y])[:2] for y in (0, 15)] for x in (0, 15)]
    np.testing.assert_allclose(
        places, [[[16.5, 16.5], [16.5, 46.5]], [[46.5, 16.5], [46.5, 46.5]]], atol=0.01
    )


def test_pixels_are_antialiased_and_drawn_the_same_each_time(dataset, images):
    edge = images[1, 3, 3, 8, 8]
    assert len(np.unique(edge)) > 20
    assert dataset.fingerprint == data.load("sprites").fingerprint
