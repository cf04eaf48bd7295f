import inspect

import numpy as np
import pytest

from kgen import data
from kgen.data import TileData, TileSource
from kgen.data.options import defaults_of
from kgen.data.tiles.locations import numbers
from kgen.data.tiles.tile_data import read
from kgen.models import VAE
from kgen.search.objective import Measure
from tests.data.tiles.files import TILE, pixels, places, write

GZIP = {"chunks": (16, 16), "compression": "gzip"}
STORED = pytest.mark.parametrize(
    ("options", "memory"),
    [({}, "1MB"), ({}, "1KB"), (GZIP, "8KB")],
    ids=["memory", "map", "blocks"],
)


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "a.h5", pixels())


def load(path, **options):
    return data.load(f"hdf5:{path}", **{"tile_size": TILE, **options})


def taken(split, count, **options):
    """The tiles of the first batches of 8."""
    return np.stack(
        [x.numpy() for x in split.batches(8, seed=3, **options).take(count)]
    )


def test_no_stream_of_tiles_has_a_thread_that_its_end_would_wait_for(path):
    stream = load(path).train.batches(8)
    assert stream.options().autotune.enabled is False


def test_a_source_gives_standardised_tiles(path):
    source, images = TileSource(path, test_group="B", tile_size=TILE), pixels()
    training = np.concatenate(
        [image.ravel() for name, image in images.items() if name[0] != "B"]
    )
    assert source.mean == pytest.approx(training.mean(), rel=1e-9)
    assert source.standard_deviation == pytest.approx(training.std(), rel=1e-9)
    tile = source["B", "1", 20, 7, TILE]
    expected = (images["B/1"][20:36, 7:23] - training.mean()) / training.std()
    assert tile.dtype == "float32" and tile.shape == (TILE, TILE, 1)
    np.testing.assert_allclose(tile[..., 0], expected, rtol=1e-5, atol=1e-6)
    for place in ((75, 0), (0, 25), (-1, 0)):
        with pytest.raises(IndexError, match=r"leaves B/1 of 90 by 40 pixels"):
            source["B", 1, *place, TILE]
    with pytest.raises(KeyError, match="no image B/7"):
        source["B", 7, 0, 0, TILE]


@STORED
def test_a_stream_goes_on_after_a_resume_as_it_would_have(tmp_path, options, memory):
    path = write(tmp_path / "a.h5", pixels(), **options)
    split = load(
        path,
        memory=memory,
        steps_per_epoch=3,
        augment=["flip", "turn", "brightness", "contrast"],
    ).train
    whole, resumed = taken(split, 9), taken(split, 3, first_epoch=2)
    np.testing.assert_array_equal(whole[6:], resumed)
    assert len(np.unique(whole.reshape(72, -1), axis=0)) > 60


@STORED
def test_the_parts_of_processes_make_the_batches_of_one(tmp_path, options, memory):
    path = write(tmp_path / "a.h5", pixels(), **options)
    split = load(
        path, memory=memory, steps_per_epoch=2, augment=["flip", "brightness"]
    ).train
    halves = [taken(split, 4, part=(number, 2)) for number in range(2)]
    np.testing.assert_array_equal(np.concatenate(halves, axis=1), taken(split, 4))


@STORED
def test_streams_hold_stored_pixels_of_the_training_sections(tmp_path, options, memory):
    path = write(tmp_path / "a.h5", places("uint16"), **options)
    dataset = load(path, memory=memory, steps_per_epoch=40)
    tiles = taken(dataset.train, 40)
    assert tiles.dtype == "uint16"
    corners = tiles[:, :, 0, 0, 0] // 10_000
    assert [section.path for section in dataset.training] == ["A/0", "A/1", "B/0"]
    assert set(corners.ravel()) == {0, 1, 2}
    kept = dataset.train.subset(np.arange(100))
    np.testing.assert_array_equal(
        kept.facts["group"], np.array(["A", "A", "B"])[kept["x"][:, 0, 0, 0] // 10_000]
    )


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_the_field_of_tiles_standardises(tmp_path, dtype):
    images = pixels(dtype)
    dataset = load(write(tmp_path / "a.h5", images))
    scaled = dataset.train.subset(np.arange(2000)).scaled()
    assert abs(scaled.mean()) < 0.1 and abs(scaled.std() - 1.0) < 0.1
    every = np.concatenate(
        [images[name].ravel() for name in ("A/0", "A/1", "B/0", "B/1")]
    ).astype("float64")
    known = np.sort((every - every.mean()) / every.std())
    nearest = np.abs(
        known[
            np.clip(
                np.searchsorted(known, scaled[:20, ..., None]) - [0, 1],
                0,
                len(known) - 1,
            )
        ]
        - scaled[:20, ..., None]
    )
    assert nearest.min(axis=-1).max() < 1e-5


def test_test_and_validation_tiles_are_of_sections_that_training_never_sees(tmp_path):
    # Pixels of the test group end in ½; those of other groups tell their image in ten thousands.
    dataset = load(
        write(tmp_path / "a.h5", {**places(), "C/0": places()["A/0"][:40, :60] + 0.5})
    )
    assert [section.path for section in dataset.validating] == [
        "B/1"
    ] and dataset.source.test_group == "C"
    assert set(dataset.validation["x"][:, 0, 0, 0] // 10_000) == {3}
    assert set(dataset.test["x"][:, 0, 0, 0] % 1) == {0.5}
    assert len(dataset.validation) == 1000 and len(dataset.test) == 3000


def test_the_fingerprint_is_of_the_file_and_of_what_is_taken_from_it(tmp_path, path):
    first = load(path).fingerprint
    assert load(path, memory="1KB").fingerprint == first
    others = [
        load(path, test_group="B"),
        load(path, tile_size=8),
        load(write(tmp_path / "b.h5", pixels(seed=1))),
    ]
    assert len({first, *(other.fingerprint for other in others)}) == 4


def test_an_epoch_is_as_many_tiles_as_lie_side_by_side(path):
    train = load(path).train
    assert len(train) == (50 * 70 + 41 * 33 + 64 * 48) // TILE**2
    assert train.steps(10) == 3 and train.steps(10, 2) == 2 and train.steps(1000) == 1
    assert load(path, steps_per_epoch=7).train.steps(10) == 7


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"test_group": "Z"}, "test_group='Z' is no group of .* it has A, B, C"),
        (
            {"tile_size": 45},
            r"A/1 \(41×33\), B/1 \(90×40\), C/0 \(40×60\) "
            r"are smaller than a tile of 45.*skip_small=true",
        ),
        ({"tile_size": 100, "skip_small": True}, "no image of at least 100×100"),
        ({"tile_size": 0}, "tile_size=0 is not a whole number"),
        (
            {"sampling": "pixel"},
            "sampling='pixel' is not known. Choose one of location, image",
        ),
        ({"augment": ["rotate"]}, "augment='rotate' is not known"),
        ({"memory": "lots"}, "memory='lots' is not a size"),
        ({"steps_per_epoch": 0}, "steps_per_epoch=0"),
        ({"skip": ["B/9"]}, "skip='B/9' is no group"),
        ({"skip": ["A", "B"]}, "has the one group 'C'; two are needed"),
        ({"skip": ["A", "B/1"]}, "B/0 is the only image to train on"),
        ({"colour": True}, "colour: .* has no such option.* takes tile_size"),
    ],
)
def test_what_cannot_be_is_told_before_any_training(path, options, message):
    with pytest.raises(ValueError, match=message):
        load(path, **options)


def test_small_and_skipped_images_are_left_out(path):
    source = TileSource(
        path, test_group="C", tile_size=36, skip_small=True, skip=["A/0"]
    )
    assert [section.path for section in source.sections] == ["B/0", "B/1", "C/0"]


def test_tiles_are_not_drawn_0_or_1(path):
    dataset = load(path)
    assert dataset.binarised("none") is dataset
    with pytest.raises(ValueError, match="binarisation='dynamic'"):
        dataset.binarised("dynamic")


def test_all_images_of_another_type_are_refused_at_once(tmp_path):
    odd = {name: pixels("float32")[name] for name in ("A/0", "C/0")}
    path = write(tmp_path / "a.h5", {**pixels(), **odd})
    expected = "A/0, C/0: pixels of float32, while 3 images hold uint8.*skip=A/0,C[.]"
    with pytest.raises(ValueError, match=expected):
        load(path)
    assert len(TileSource(path, tile_size=TILE, skip=["A/0", "C"]).sections) == 3


def test_a_brighter_test_group_changes_nothing_of_the_training_and_is_held_in_its_range(
    tmp_path,
):
    images = pixels("uint16")
    plain = load(write(tmp_path / "a.h5", images))
    bright = load(write(tmp_path / "b.h5", {**images, "C/0": images["C/0"] * 50}))
    assert bright.fields == plain.fields
    field = plain.fields["x"]
    assert bright.test.scaled().max() == pytest.approx(field.limits[1], rel=1e-6)
    assert field.scaled(
        np.full((1, TILE, TILE, 1), 60_000, "uint16")
    ).max() == np.float32(field.limits[1])


def test_streams_agree_with_single_tiles_far_from_zero(tmp_path):
    images = {name: 1e6 + image for name, image in pixels("float64").items()}
    dataset = load(write(tmp_path / "a.h5", images))
    stream = (
        dataset.fields["x"].scaled(next(iter(dataset.train.batches(8, seed=0)))).numpy()
    )
    where = dataset.train.places.at(numbers(0, 0, 0, 8))
    for tile, section, row, column in zip(stream, *where, strict=True):
        section = dataset.training[section]
        np.testing.assert_allclose(
            tile,
            dataset.source[section.group, section.name, row, column, TILE],
            atol=1e-5,
        )


def test_brightness_is_in_standard_deviations(path):
    dataset = load(path, augment=["brightness"])
    plain = load(path).train
    found, expected = (
        next(iter(split.batches(64))).numpy() for split in (dataset.train, plain)
    )
    apart = np.median(
        (found - expected) / dataset.fields["x"].deviation, axis=(1, 2, 3)
    )
    assert 0.15 < np.abs(apart).max() <= 0.2 + 1e-5


def test_the_defaults_of_the_command_line_are_those_of_the_classes():
    defaults = defaults_of(read)
    for cls in (TileSource, TileData):
        for name, parameter in inspect.signature(cls).parameters.items():
            if name in defaults and name != "tile_size":
                assert parameter.default == defaults[name], name


def test_validation_tiles_take_the_place_of_test_tiles(path):
    tiles = load(path)
    seen = tiles.on_validation()
    assert seen.test is tiles.validation
    assert tiles.test is not tiles.validation


def test_a_search_measures_on_validation_tiles(path):
    tiles = load(path)
    model = VAE.from_fields(**tiles.fields, latent_dim=2, width=4)
    measure = Measure("reconstruction_mse", model, tiles)
    measure.check()
    x = tiles.validation["x"]
    scaled, again = (
        tiles.fields["x"].scaled(x),
        tiles.fields["x"].scaled(model.reconstruct(x)),
    )
    assert measure(model) == pytest.approx(np.mean(np.square(scaled - again)), rel=1e-4)
