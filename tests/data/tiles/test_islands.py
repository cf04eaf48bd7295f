"""What images tell of their islands, and what else may lie under that name."""

import h5py
import numpy as np
import pytest

from kgen.data.tiles.islands import ATTRIBUTE, types_of
from kgen.data.tiles.layout import sections_of
from kgen.data.tiles.locations import numbers, whole
from tests.data.tiles.files import TILE, pixels, write
from tests.data.tiles.test_pixels import integer

ISLAND = [20.0, 15.0, 30.0, 30.0, 0.0, 2.0]
FOREIGN = {
    "a word": "Langerhans",
    "words": ["Langerhans", "none"],
    "a number": 3,
    "no value": h5py.Empty("f8"),
    "yes": True,
    "another table": np.ones((4, 5)),
    "a stack": np.ones((2, 3, 6)),
    "NaN": np.array([[*ISLAND[:5], np.nan]]),
    "no radius": np.array([[20.0, 15.0, 0.0, 30.0, 0.0, 2.0]]),
    "an unknown type": np.array([[*ISLAND[:5], 7.0]]),
    "half a type": np.array([[*ISLAND[:5], 0.5]]),
    "a table of columns": np.ones(3, [("row", "f8"), ("column", "f8")]),
}


def types(path):
    sections = sections_of(path)
    return types_of(
        path, sections, whole(sections, TILE).at(numbers(0, 0, 0, 50)), TILE
    )


def written(path, change):
    """A file whose images have one island each; ``change`` alters one of them."""
    write(path, pixels())
    with h5py.File(path, "r+") as file:
        for group in file.values():
            for image in group.values():
                image.attrs[ATTRIBUTE] = np.array([ISLAND])
        change(file["B/1"].attrs)
    return path


@pytest.mark.parametrize("kind", FOREIGN)
def test_an_attribute_that_is_something_else_is_told_and_taken_for_none(tmp_path, kind):
    path = written(
        tmp_path / "a.h5",
        lambda attributes: attributes.__setitem__(ATTRIBUTE, FOREIGN[kind]),
    )
    with pytest.warns(
        UserWarning,
        match="a.h5: the attribute 'islands' of B/1 is no table .*taken as unknown",
    ):
        assert types(path) is None


def test_an_attribute_of_a_type_that_numpy_lacks_is_told(tmp_path):
    def change(attributes):
        del attributes[ATTRIBUTE]
        h5py.h5a.create(
            attributes._id,
            b"islands",
            integer(h5py.h5t.STD_U32LE, 3),
            h5py.h5s.create_simple((2, 6)),
        )

    with pytest.warns(UserWarning, match="the attribute 'islands' of B/1 is no table"):
        assert types(written(tmp_path / "a.h5", change)) is None


def test_tables_of_islands_tell_the_types_of_tiles(tmp_path):
    found = types(written(tmp_path / "a.h5", lambda attributes: None))
    assert set(found) >= {2, -1}


def test_an_image_without_islands_is_no_fault(tmp_path, recwarn):
    assert (
        types(written(tmp_path / "a.h5", lambda attributes: attributes.clear())) is None
    )
    assert not recwarn.list
