import h5py
import numpy as np
import pytest
from scipy import ndimage

from kgen.data.tiles import islands, synthetic
from kgen.data.tiles.layout import sections_of
from kgen.data.tiles.locations import Locations


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("synthetic") / "a.h5"
    synthetic.synthesize(path, "6MB", seed=2)
    return path


def test_a_file_has_the_size_that_was_asked_for_and_images_of_many_sizes(path):
    sections = sections_of(path)
    assert sum(section.bytes for section in sections) == pytest.approx(6e6, rel=0.05)
    assert sorted({section.group for section in sections}) == list(synthetic.BRAINS)
    assert len({section.shape for section in sections}) == len(sections) >= 10


def test_the_same_seed_draws_the_same_pixels(path, tmp_path):
    synthetic.synthesize(tmp_path / "gzip.h5", "6MB", seed=2, compression="gzip")
    with h5py.File(path) as one, h5py.File(tmp_path / "gzip.h5") as other:
        for section in sections_of(path):
            np.testing.assert_array_equal(one[section.path], other[section.path])
        assert other["B01/0000"].compression == "gzip"


def shares(images, where, types):
    """How much of the tiles of each type is true in images of booleans."""
    found = np.array(
        [
            images[k][r : r + 64, c : c + 64].mean()
            for k, r, c in zip(*where, strict=True)
        ]
    )
    return [found[types == kind].mean() for kind in range(3)]


def test_islands_are_darker_and_pyramidal_cells_larger(path):
    with h5py.File(path) as file:
        sections = sections_of(path)
        corners = [
            np.mgrid[0 : s.shape[0] - 64 : 32, 0 : s.shape[1] - 64 : 32].reshape(2, -1)
            for s in sections
        ]
        numbers = np.repeat(
            np.arange(len(sections)), [found.shape[1] for found in corners]
        )
        where = Locations(numbers, *np.concatenate(corners, axis=1))
        types = islands.types_of(path, sections, where, 64)
        images = [file[section.path][:] for section in sections]
    assert min(np.bincount(types + 1)) > 20
    dark = [image < 160 for image in images]
    background, granular, pyramidal = shares(dark, where, types)
    assert 8 * background < min(granular, pyramidal)
    # Only of large cells something is left when their borders are taken away.
    _, granular, pyramidal = shares(
        [ndimage.binary_erosion(image, iterations=3) for image in dark], where, types
    )
    assert pyramidal > 5 * granular


def test_the_type_of_a_tile_is_that_of_the_island_around_it():
    found = np.array(
        [[100.0, 100.0, 60.0, 20.0, 0.0, 2.0], [300.0, 300.0, 50.0, 50.0, 1.0, 1.0]]
    )
    points = np.array(
        [[155.0, 100.0], [165.0, 100.0], [100.0, 119.0], [100.0, 121.0], [300.0, 349.0]]
    )
    np.testing.assert_array_equal(
        islands.inside(found, points)[0], [True, False, True, False, False]
    )
    np.testing.assert_array_equal(
        islands.inside(found, points)[1], [False, False, False, False, True]
    )
    turned = np.array([[100.0, 100.0, 60.0, 20.0, np.pi / 2, 1.0]])
    np.testing.assert_array_equal(
        islands.inside(turned, np.array([[155.0, 100.0], [100.0, 155.0]]))[0],
        [False, True],
    )


def test_a_file_that_does_not_tell_has_no_types(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["A/0"] = np.zeros((20, 30), "uint8")
    where = Locations(*np.zeros((3, 2), int))
    assert (
        islands.types_of(tmp_path / "a.h5", sections_of(tmp_path / "a.h5"), where, 8)
        is None
    )


def test_what_cannot_be_drawn_is_refused(path):
    with pytest.raises(FileExistsError, match="exists already"):
        synthetic.synthesize(path, "6MB")
    with pytest.raises(ValueError, match="size='lots' is not a size"):
        synthetic.synthesize(path.with_name("b.h5"), "lots")
    with pytest.raises(ValueError, match="size='1KB' is less than 1MB"):
        synthetic.synthesize(path.with_name("b.h5"), "1KB")
