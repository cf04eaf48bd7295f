import h5py
import numpy as np
import pytest

from kgen.data.tiles import statistics
from kgen.data.tiles.layout import cache_key, sections_of
from tests.data.tiles.files import pixels, write


def close(found, image):
    image = image.astype("float64")
    expected = image.size, image.mean(), image.std(), image.min(), image.max()
    np.testing.assert_allclose(
        [found.count, found.mean, found.standard_deviation, found.minimum, found.maximum], expected, rtol=1e-9
    )


@pytest.mark.parametrize("dtype", ["uint8", "uint16", ">u2", "int16", "float32", "float64"])
@pytest.mark.parametrize("options", [{}, {"chunks": (16, 16), "compression": "gzip"}], ids=["contiguous", "gzip"])
def test_statistics_are_those_of_numpy_in_float64(tmp_path, dtype, options, monkeypatch):
    monkeypatch.setattr(statistics, "STRIP", 700)  # several strips an image, several pieces a strip
    monkeypatch.setattr(statistics, "PIECE", 300)
    images = pixels(dtype)
    path = write(tmp_path / "a.h5", images, **options)
    found, faults = statistics.measure(path, sections_of(path))
    assert not faults
    for name, image in images.items():
        close(found[name], image)
    close(statistics.merged(found.values()), np.concatenate([image.ravel() for image in images.values()]))


def test_a_mean_far_from_zero_costs_no_digits(tmp_path):
    image = 1e6 + np.random.default_rng(0).normal(size=(300, 200))
    close(statistics.moments(image), image)


def test_bytes_of_many_pixels_are_summed_exactly():
    image = np.random.default_rng(0).integers(0, 256, 3 * statistics.PIECE + 77).astype("uint8")
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
    with pytest.raises(ValueError, match=r"B/1 holds NaN or infinity, first at row 37, column 11.*skip=B/1"):
        statistics.statistics_of(path, sections_of(path), tmp_path)


def test_all_that_is_wrong_is_told_at_once_and_what_is_sound_is_kept(tmp_path, monkeypatch):
    path = write(
        tmp_path / "a.h5", {**pixels(), "A/1": np.full((20, 20), 7, "uint8"), "C/0": np.zeros((9, 9), "uint8")}
    )
    expected = "A/1 has the one shade 7, .*; C/0 has the one shade 0, .*skip=A/1,C/0"
    with pytest.raises(ValueError, match=expected):
        statistics.statistics_of(path, sections_of(path), tmp_path)
    monkeypatch.setattr(statistics, "measure", lambda *_: pytest.fail("measured again"))
    assert len(statistics.statistics_of(path, sections_of(path, ["A/1", "C/0"]), tmp_path)) == 3


def test_an_edit_anywhere_is_seen(tmp_path):
    path = write(tmp_path / "a.h5", pixels())
    before = cache_key(path)
    with h5py.File(path, "r+") as file:
        file["B/1"][0, 0] += 1
    assert cache_key(path) != before
