import h5py
import numpy as np
import pytest

from kgen.data import TileSource
from kgen.data.tiles import statistics
from kgen.data.tiles.layout import sections_of
from kgen.data.tiles.opening import cache_key
from tests.data.tiles.files import pixels, write


def close(found, image):
    image = image.astype("float64")
    expected = image.size, image.mean(), image.std(), image.min(), image.max()
    np.testing.assert_allclose(
        [
            found.count,
            found.mean,
            found.standard_deviation,
            found.minimum,
            found.maximum,
        ],
        expected,
        rtol=1e-9,
    )


@pytest.mark.parametrize(
    "dtype", ["uint8", "uint16", ">u2", "int16", "float32", "float64"]
)
@pytest.mark.parametrize(
    "options",
    [{}, {"chunks": (16, 16), "compression": "gzip"}],
    ids=["contiguous", "gzip"],
)
def test_statistics_are_those_of_numpy_in_float64(
    tmp_path, dtype, options, monkeypatch
):
    # several strips per image, pieces per strip
    monkeypatch.setattr(statistics, "STRIP", 700)
    monkeypatch.setattr(statistics, "PIECE", 300)
    images = pixels(dtype)
    path = write(tmp_path / "a.h5", images, **options)
    found, faults = statistics.measure(path, sections_of(path))
    assert not faults
    for name, image in images.items():
        close(found[name], image)
    close(
        statistics.merged(found.values()),
        np.concatenate([image.ravel() for image in images.values()]),
    )


def test_a_mean_far_from_zero_costs_no_digits(tmp_path):
    image = 1e6 + np.random.default_rng(0).normal(size=(300, 200))
    close(statistics.moments(image), image)


def test_bytes_of_many_pixels_are_summed_exactly():
    image = (
        np.random.default_rng(0)
        .integers(0, 256, 3 * statistics.PIECE + 77)
        .astype("uint8")
    )
    close(statistics.moments(image), image)
    white = np.full(statistics.PIECE, 255, "uint8")
    white[0] = 254
    close(statistics.moments(white), white)


def test_statistics_are_measured_once_a_file(tmp_path, monkeypatch):
    path = write(tmp_path / "a.h5", pixels())
    sections = sections_of(path)
    first = statistics.statistics_of(path, sections, tmp_path)
    monkeypatch.setattr(statistics, "measure", lambda *_: pytest.fail("measured again"))
    assert statistics.statistics_of(path, sections, tmp_path) == first
    write(path, pixels(seed=1))
    with pytest.raises(pytest.fail.Exception, match="measured again"):
        statistics.statistics_of(path, sections_of(path), tmp_path)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_pixel_that_is_no_number_is_told_with_its_place(tmp_path, value):
    images = pixels("float32")
    images["B/1"][37, 11] = value
    path = write(tmp_path / "a.h5", images)
    with pytest.raises(
        ValueError, match=r"B/1 at row 37, column 11: NaN or infinity.*skip=B/1"
    ):
        statistics.statistics_of(path, sections_of(path), tmp_path)


def test_all_that_is_wrong_is_told_at_once_and_what_is_sound_is_kept(
    tmp_path, monkeypatch
):
    path = write(
        tmp_path / "a.h5",
        {
            **pixels(),
            "A/1": np.full((20, 20), 7, "uint8"),
            "C/0": np.zeros((9, 9), "uint8"),
        },
    )
    expected = (
        "A/1 of the one shade 7, C/0 of the one shade 0: "
        "nothing can be learnt .*skip=A/1,C[.]"
    )
    with pytest.raises(ValueError, match=expected):
        statistics.statistics_of(path, sections_of(path), tmp_path)
    monkeypatch.setattr(statistics, "measure", lambda *_: pytest.fail("measured again"))
    assert (
        len(statistics.statistics_of(path, sections_of(path, ["A/1", "C/0"]), tmp_path))
        == 3
    )


def test_an_edit_anywhere_is_seen(tmp_path):
    path = write(tmp_path / "a.h5", pixels())
    before = cache_key(path)
    with h5py.File(path, "r+") as file:
        file["B/1"][0, 0] += 1
    assert cache_key(path) != before


def scaled_to(size, dtype="float64"):
    return {
        name: (image * size).astype(dtype) for name, image in pixels("float64").items()
    }


@pytest.mark.parametrize("size", [1e37, 1e100, 1e200, 1e300])
def test_pixels_beyond_float32_are_told_with_their_images(tmp_path, size):
    images = {
        **pixels("float64"),
        "B/1": scaled_to(size)["B/1"],
        "C/0": -np.abs(scaled_to(size)["C/0"]),
    }
    path = write(tmp_path / "a.h5", images)
    expected = (
        "a.h5: B/1 with pixels of .*e.*, C/0 with pixels of .*: "
        "networks compute in float32.*skip=B/1,C[.]$"
    )
    with pytest.raises(ValueError, match=expected):
        statistics.statistics_of(path, sections_of(path), tmp_path)


@pytest.mark.parametrize("size", [1e-30, 1e-3, 1e15, 1e30, 1e35])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pixels_of_any_size_within_float32_are_standardised(
    tmp_path, size, dtype, monkeypatch
):
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path))
    images = scaled_to(size, dtype)
    source = TileSource(write(tmp_path / "a.h5", images), "C", 16)
    training = np.concatenate(
        [image.ravel() for name, image in images.items() if name[0] != "C"]
    ).astype("float64")
    np.testing.assert_allclose(
        [source.mean, source.standard_deviation],
        [training.mean(), training.std()],
        rtol=1e-9,
    )
    tile = source["B", 1, 3, 5, 16]
    np.testing.assert_allclose(
        tile[..., 0],
        (images["B/1"][3:19, 5:21] - training.mean()) / training.std(),
        rtol=1e-4,
    )
    again = source.field(16).unscaled(tile[None])
    np.testing.assert_allclose(
        again[0, ..., 0], images["B/1"][3:19, 5:21], rtol=1e-3, atol=1e-3 * size
    )


@pytest.mark.parametrize("size", [1e-40, 1e-200, 1e-300])
def test_pixels_too_close_for_float32_are_told(tmp_path, size, monkeypatch):
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path))
    path = write(tmp_path / "a.h5", scaled_to(size))
    with pytest.raises(
        ValueError,
        match=r"a.h5: the standard deviation of all training pixels is .*Multiply",
    ):
        TileSource(path, "C", 16)


@pytest.mark.parametrize(
    "kept",
    ["", "[]", "5", "null", '{"A/0": 3}', '{"A/0": [1, 2]}', "[" * 10_000, b"\xff\x00"],
)
def test_statistics_whose_cache_is_damaged_are_measured_again(tmp_path, kept):
    path = write(tmp_path / "a.h5", pixels())
    expected = statistics.statistics_of(path, sections_of(path), tmp_path)
    (cached,) = (tmp_path / "statistics").iterdir()
    cached.write_bytes(kept if isinstance(kept, bytes) else kept.encode())
    assert statistics.statistics_of(path, sections_of(path), tmp_path) == expected


def test_a_file_that_changes_while_it_is_measured_is_told_and_not_remembered(
    tmp_path, monkeypatch
):
    def measured(*arguments):
        found = measure(*arguments)
        write(path, pixels(seed=1))
        return found

    path, measure = write(tmp_path / "a.h5", pixels()), statistics.measure
    monkeypatch.setattr(statistics, "measure", measured)
    with pytest.raises(ValueError, match="a.h5 was changed while tiles were read"):
        statistics.statistics_of(path, sections_of(path), tmp_path)
    assert not list((tmp_path / "statistics").iterdir())
