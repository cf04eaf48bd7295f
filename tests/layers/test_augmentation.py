"""Random moves and shades of brains: their effect on images, volumes and the gradient."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy import ndimage

from kgen.layers import RandomAffine, RandomIntensity
from kgen.layers.sampling import moved, read
from tests.conftest import value_and_gradient

GRIDS = {"grey": (9, 9, 1), "colour": (8, 10, 3), "volume": (6, 7, 8, 1)}
LAYERS = {
    "affine": lambda: RandomAffine(
        rotation=20, shift=0.1, scale=0.2, flip=True, seed=1
    ),
    "intensity": lambda: RandomIntensity(gain=0.3, offset=0.2, seed=1),
}
every_grid = pytest.mark.parametrize("grid", GRIDS)
every_layer = pytest.mark.parametrize("layer", LAYERS)


def values_of(grid, count=5):
    return np.random.default_rng(0).random((count, *GRIDS[grid]), dtype="float32")


def array(tensor):
    return ops.convert_to_numpy(tensor)


def by(matrix, shift, values):
    """Values that are all moved by one matrix and one shift."""
    count = len(values)
    return array(
        moved(values, np.float32([matrix] * count), np.float32([shift] * count))
    )


@pytest.mark.parametrize("sides", [(7,), (5, 6), (4, 5, 6)], ids=str)
def test_what_is_read_anywhere_is_that_of_scipy_on_a_grid_in_zeros(sides):
    random = np.random.default_rng(0)
    values = random.random((3, *sides, 1), dtype="float32")
    places = random.uniform(-9, 15, (3, 200, len(sides))).astype("float32")
    found = array(read(values, list(np.moveaxis(places, -1, 0))))[..., 0]
    for own, grid, at in zip(found, values[..., 0], places, strict=True):
        wide, moved_at = np.pad(grid, 12), (at + 12).T
        expected = ndimage.map_coordinates(wide, moved_at, order=1)
        np.testing.assert_allclose(own, expected, atol=1e-5)


def test_nothing_is_read_at_no_place():
    values = np.ones((1, 3, 3, 1), "float32")
    places = [np.float32([[np.nan]]), np.float32([[1.0]])]
    assert np.isnan(array(read(values, places))).all()


@every_grid
@every_layer
def test_nothing_changes_outside_training(layer, grid):
    values = values_of(grid)
    np.testing.assert_array_equal(array(LAYERS[layer]()(values)), values)
    assert np.abs(array(LAYERS[layer]()(values, training=True)) - values).max() > 0.01


@every_grid
@pytest.mark.parametrize("kind", [RandomAffine, RandomIntensity])
def test_zero_changes_nothing(kind, grid):
    values = values_of(grid)
    np.testing.assert_array_equal(array(kind()(values, training=True)), values)


@every_grid
def test_the_unit_matrix_changes_nothing(grid):
    values, axes = values_of(grid), len(GRIDS[grid]) - 1
    np.testing.assert_allclose(
        by(np.eye(axes), np.zeros(axes), values), values, atol=1e-6
    )


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns_are_those_of_numpy(turns):
    values = values_of("grey")
    quarter = np.linalg.matrix_power([[0, 1], [-1, 0]], turns)
    np.testing.assert_allclose(
        by(quarter, (0, 0), values), np.rot90(values, turns, (1, 2)), atol=1e-6
    )


@pytest.mark.parametrize("grid", ["grey", "volume"])
def test_any_move_is_that_of_scipy(grid):
    values, axes = values_of(grid), len(GRIDS[grid]) - 1
    random = np.random.default_rng(1)
    matrix, shift = (
        np.eye(axes) + random.normal(0, 0.1, (axes, axes)),
        random.normal(0, 1, axes),
    )
    centre = (np.array(GRIDS[grid][:-1]) - 1) / 2
    offset = centre + shift - matrix @ centre
    expected = [
        ndimage.affine_transform(
            np.pad(one[..., 0], 3),
            matrix,
            offset + 3 - matrix @ np.full(axes, 3.0),
            order=1,
        )
        for one in values
    ]
    inner = (slice(None), *[slice(3, -3)] * axes)
    np.testing.assert_allclose(
        by(matrix, shift, values)[..., 0], np.stack(expected)[inner], atol=1e-5
    )


def test_whole_shifts_bring_zeros_in():
    values = values_of("grey")
    shifted = by(np.eye(2), (2, -1), values)
    np.testing.assert_allclose(shifted[:, :7, 1:], values[:, 2:, :8], atol=1e-6)
    assert not shifted[:, 7:].any() and not shifted[:, :, 0].any()


@every_grid
def test_a_flip_mirrors_left_and_right_in_about_half_of_the_images(grid):
    values = values_of(grid, 400)
    found = array(RandomAffine(flip=True, seed=0)(values, training=True))
    mirrored = np.array(
        [
            np.array_equal(one, own[..., ::-1, :])
            for one, own in zip(found, values, strict=True)
        ]
    )
    kept = np.array(
        [np.array_equal(one, own) for one, own in zip(found, values, strict=True)]
    )
    assert (mirrored ^ kept).all() and 0.4 < mirrored.mean() < 0.6


def test_moves_stay_within_their_reach():
    image = np.zeros((1, 41, 41, 1), "float32")
    image[:, 19:22, 34:37] = 1.0  # 15 pixels to the right of the centre
    found = array(
        RandomAffine(rotation=30, scale=0.2, seed=0)(
            np.repeat(image, 500, 0), training=True
        )
    )[..., 0]
    places = np.array([ndimage.center_of_mass(one) for one in found]) - 20
    angles, radii = (
        np.rad2deg(np.arctan2(places[:, 0], places[:, 1])),
        np.hypot(*places.T),
    )
    assert -31 < angles.min() < -25 and 25 < angles.max() < 31
    assert 11.5 < radii.min() < 13 and 17 < radii.max() < 18.5
    shifted = array(
        RandomAffine(shift=0.1, seed=0)(np.repeat(image, 500, 0), training=True)
    )[..., 0]
    places = np.array([ndimage.center_of_mass(one) for one in shifted]) - (20, 35)
    assert (np.abs(places).max(axis=0) < 4.2).all() and (
        np.abs(places).max(axis=0) > 3.5
    ).all()


@every_grid
def test_the_mean_over_many_shades_is_the_image(grid):
    values = np.repeat(values_of(grid, 1), 4000, 0)
    found = array(RandomIntensity(gain=0.3, offset=0.2, seed=0)(values, training=True))
    np.testing.assert_allclose(found.mean(axis=0), values[0], atol=0.02)
    slopes = found.reshape(4000, -1).std(axis=1) / values[0].std()
    assert 0.69 < slopes.min() < 0.75 and 1.25 < slopes.max() < 1.31


@every_grid
@every_layer
def test_the_gradient_is_that_of_the_changed_values(layer, grid):
    """Layers are affine in the image: the gradient times a change is the change of the output."""
    values = values_of(grid)
    change, weights = (
        np.random.default_rng(seed).normal(size=values.shape).astype("float32")
        for seed in (1, 2)
    )

    def summed(x):
        return ops.sum(LAYERS[layer]()(x, training=True) * weights)

    result, gradient = value_and_gradient(summed, values)
    slope, rise = np.asarray(gradient), float(summed(values + change)) - float(result)
    np.testing.assert_allclose(np.sum(slope * change), rise, rtol=1e-3, atol=1e-3)
    assert np.abs(slope).max() > 0.1


@every_layer
@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_moves_to_the_same_places(layer, dtype):
    values = np.zeros((50, 128, 128, 1), "float32")
    values[:, 100:110, 90:100] = 1.0
    config = LAYERS[layer]().get_config()
    kind = type(LAYERS[layer]())
    full, half = (
        kind(**{**config, "dtype": name})(values, training=True)
        for name in ("float32", dtype)
    )
    np.testing.assert_allclose(array(ops.cast(half, "float32")), array(full), atol=0.02)


@every_layer
def test_they_are_saved_with_their_arguments(layer, tmp_path):
    inputs = keras.Input(GRIDS["grey"])
    model = keras.Model(inputs, LAYERS[layer]()(inputs))
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras").layers[1]
    assert again.get_config() == {**model.layers[1].get_config(), "name": again.name}
    names = (
        ("rotation", "shift", "scale", "flip")
        if layer == "affine"
        else ("gain", "offset")
    )
    assert [getattr(again, name) for name in names] == [
        getattr(model.layers[1], name) for name in names
    ]


@pytest.mark.parametrize(("kind", "options", "message"), [
    (RandomAffine, {"rotation": 181}, r"rotation=181 is not a number in \[0, 180\]"),
    (RandomAffine, {"shift": 0.6}, "shift=0.6 is not a number in"),
    (RandomAffine, {"scale": -0.1}, "scale=-0.1 is not a number in"),
    (RandomIntensity, {"gain": 1.0}, "gain=1.0 is not a number in"),
    (RandomIntensity, {"offset": -1}, "offset=-1 is not a number in"),
])  # fmt: skip
def test_numbers_out_of_range_are_refused(kind, options, message):
    with pytest.raises(ValueError, match=message):
        kind(**options)
