"""Splits by subject: of nobody do two splits hold images."""

import h5py
import numpy as np
import pytest

from kgen import data
from tests.data.tiles.files import TILE
from tests.data.tiles.test_pixels import integer


def write(path, subjects, told="image"):
    """A file of groups of images, each with its subject as an attribute, or one for its group."""
    random = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        for group, names in subjects.items():
            for number, subject in enumerate(names):
                image = file.create_dataset(
                    f"{group}/{number}", data=random.integers(0, 250, (20, 30), "uint8")
                )
                holder = image if told == "image" else image.parent
                holder.attrs["patient"] = subject
    return path


def load(path, **options):
    return data.load(f"hdf5:{path}", tile_size=TILE, **options)


GROUPS = {"A": ["ann"] * 4, "B": ["bob"] * 4, "C": ["cat"] * 4}
MIXED = {
    "A": ["ann", "bob", "cat", "ann"],
    "B": ["bob", "dan", "cat", "ann"],
    "C": ["eve"] * 2,
}
PEOPLE = {
    group: [f"{group}{number // 2}" for number in range(12)] for group in "AB"
} | {"C": ["last"]}
CASES = {
    "group": (GROUPS, "image", "group"),
    "attribute of the group": (GROUPS, "group", "patient"),
    "attribute of the image": (MIXED, "image", "patient"),
    "many": (PEOPLE, "image", "patient"),
    "numbers": ({"A": [1, 1, 2], "B": [2, 3, 3], "C": [4]}, "image", "patient"),
    "bytes": ({"A": [b"a", b"b"], "B": [b"b", b"c"], "C": [b"d"]}, "image", "patient"),
}


@pytest.mark.parametrize("kind", CASES)
def test_no_subject_is_in_two_splits(tmp_path, kind):
    subjects, told, option = CASES[kind]
    loaded = load(write(tmp_path / "a.h5", subjects, told), subject=option)
    parts = [loaded.training, loaded.validating, loaded.source.test]
    owners = [{section.subject for section in part} for part in parts]
    assert all(owners) and not (
        owners[0] & owners[1] | owners[0] & owners[2] | owners[1] & owners[2]
    )
    assert sum(map(len, parts)) == sum(map(len, subjects.values()))
    assert set(loaded.validation.facts["subject"]) <= owners[1]
    assert set(loaded.test.facts["subject"]) <= owners[2]


def test_one_subject_in_ten_is_for_validation(tmp_path):
    loaded = load(write(tmp_path / "a.h5", PEOPLE), subject="patient")
    # A0, A5, A1, A2 and A3 by their images
    assert [section.path for section in loaded.validating] == ["A/6", "A/7"]


def test_an_attribute_of_a_type_that_numpy_lacks_is_told(tmp_path):
    path = write(tmp_path / "a.h5", GROUPS)
    with h5py.File(path, "r+") as file:
        del file["B/2"].attrs["patient"]
        h5py.h5a.create(
            file["B/2"].id,
            b"patient",
            integer(h5py.h5t.STD_U32LE, 3),
            h5py.h5s.create_simple((1,)),
        )
    with pytest.raises(
        ValueError,
        match="a.h5: B/2 of patient=None: not the name or number of one subject",
    ):
        load(path, subject="patient")


SAME = [
    ("ann", "ann "),
    ("ann", b"ann"),
    ("ann", ["ann"]),
    (3, 3.0),
    (3, "3"),
    (np.float32(2), np.uint8(2)),
    (7, [7]),
]


@pytest.mark.parametrize("pair", SAME)
def test_one_subject_is_one_however_it_is_stored(tmp_path, pair):
    subjects = {"A": [pair[0], "eve"], "B": ["dan"], "C": [pair[1]]}
    with pytest.raises(
        ValueError, match="A/0 is of subject .*: so are images of the test group C"
    ):
        load(write(tmp_path / "a.h5", subjects), subject="patient")


@pytest.mark.parametrize(
    "value", [np.nan, "", " ", h5py.Empty("f8"), [1, 2], ["ann", "bob"], 1j]
)
def test_an_attribute_that_names_nobody_is_told(tmp_path, value):
    path = write(tmp_path / "a.h5", {**GROUPS, "B": [value]})
    with pytest.raises(
        ValueError,
        match="a.h5: B/0 of patient=.*: not the name or number of one subject.*skip=B[.]$",
    ):
        load(path, subject="patient")


def test_without_the_option_images_of_one_subject_are_in_two_splits(tmp_path):
    loaded = load(write(tmp_path / "a.h5", GROUPS))
    assert {section.group for section in loaded.validating} <= {
        section.group for section in loaded.training
    }
    assert set(loaded.test.facts) == {"group"}


def test_subjects_trained_on_and_tested_on_are_told_with_what_to_leave_out(tmp_path):
    path = write(
        tmp_path / "a.h5",
        {"A": ["ann", "eve"], "B": ["bob", "bob"], "C": ["eve", "cat"]},
    )
    expected = "A/1 is of subject eve: so are images of the test group C.*test_group.*skip=A/1[.]$"
    with pytest.raises(ValueError, match=expected):
        load(path, subject="patient")
    assert [
        section.path for section in load(path, subject="patient", skip=["A/1"]).training
    ] == ["A/0"]


@pytest.mark.parametrize(
    ("subjects", "option", "message"),
    [
        (
            GROUPS,
            "animal",
            "A/0, .* and 7 more: neither it nor its group has the attribute 'animal'",
        ),
        (
            {"A": ["ann"] * 3, "C": ["cat"]},
            "patient",
            "ann is the only subject to train on",
        ),
    ],
)
def test_files_that_name_no_subjects_are_told(tmp_path, subjects, option, message):
    with pytest.raises(ValueError, match=f"a.h5: {message}"):
        load(write(tmp_path / "a.h5", subjects), subject=option)
