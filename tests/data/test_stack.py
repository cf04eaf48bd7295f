"""Images as the rows of an array in an HDF5 file, which may exceed the memory."""

import h5py
import numpy as np
import pytest

from kgen import data
from kgen.fields import Image, Number

SPLITS = "train", "validation", "test"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path / "cache"))


def write(folder, **changed):
    """A file of 60 images of 30 subjects; returns its path."""
    random = np.random.default_rng(0)
    values = {
        "x": random.integers(0, 256, (60, 8, 8, 3), "uint8"),
        "y": (np.arange(60) // 2 % 2).reshape(60, 1, 1, 1),
        "subject": np.array([f"P{row // 2}".encode() for row in range(60)]),
        "age": 50 + np.arange(60) // 2,
        **changed,
    }
    with h5py.File(folder / "s.h5", "w") as file:
        for name, value in values.items():
            if value is not None:
                file.create_dataset(
                    name,
                    data=value,
                    chunks=(7, *value.shape[1:]) if name == "x" else None,
                )
    return folder / "s.h5"


@pytest.mark.parametrize("memory", ["2GB", "2KB"], ids=["in memory", "mapped"])
def test_rows_become_fields_and_facts(memory, tmp_path):
    path = write(tmp_path)
    found = data.load(f"stack:{path}", memory=memory, pixel=0.5, anatomy="brain")
    with h5py.File(path) as file:
        own = {image.tobytes(): row for row, image in enumerate(file["x"][...])}
    assert (
        isinstance(found.fields["x"], Image)
        and found.num_classes == 2
        and found.spacing == (0.5, 0.5)
    )
    seen = []
    for split in (getattr(found, name) for name in SPLITS):
        rows = np.array([own[image.tobytes()] for image in split["x"]])
        np.testing.assert_array_equal(split.labels, rows // 2 % 2)
        assert split.facts["subject"].tolist() == [f"P{row // 2}" for row in rows]
        np.testing.assert_array_equal(split.facts["age"], 50 + rows // 2)
        seen.append(set(split.facts["subject"]))
    assert sum(map(len, seen)) == 30 == len(set.union(*seen))
    batch, _ = next(iter(found.train.batches(5)))
    assert {image.tobytes() for image in np.array(batch)} <= own.keys()


def test_mapped_and_held_images_are_the_same_data(tmp_path):
    path = write(tmp_path)
    prints = {
        data.load(f"stack:{path}", memory=memory).fingerprint
        for memory in ("2GB", "2KB", "2KB")
    }
    assert (
        len(prints) == 1 and len(list((tmp_path / "cache" / "stacks").iterdir())) == 1
    )


def test_folds_cover_every_subject(tmp_path):
    path = write(tmp_path)
    tests = [
        np.unique(data.load(f"stack:{path}", fold=fold, folds=3).test.facts["subject"])
        for fold in range(3)
    ]
    assert sorted(np.concatenate(tests)) == sorted(f"P{number}" for number in range(30))


def test_numbers(tmp_path):
    path = write(tmp_path, y=np.arange(60) / 2)
    assert isinstance(
        data.load(f"stack:{path}", y="number", unit="years").fields["y"], Number
    )


FAULTS = {
    "no x": (
        {"x": None}, "holds 'age', 'subject', 'y' at its top; images x of shape .* are needed",
    ),
    "another length": (
        {"y": np.arange(9)}, "'y' has the shape .9,.; give one value for each of 60 images",
    ),
    "one class": ({"y": np.zeros(60, int)}, "all are of the one class 0"),
    "a black row": (
        {"x": np.arange(60 * 64).reshape(60, 8, 8) * (np.arange(60) != 4)[:, None, None]},
        "x, from row 0: 1 row with one shade alone: 4",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_told(fault, tmp_path):
    changed, told = FAULTS[fault]
    with pytest.raises(ValueError, match=told):
        data.check(f"stack:{write(tmp_path, **changed)}", anatomy="brain")


def test_a_subject_that_is_no_array_is_named(tmp_path):
    with pytest.raises(
        ValueError,
        match="subject='subjekt': .* has no such array. Did you mean subject",
    ):
        data.load(f"stack:{write(tmp_path)}", subject="subjekt")
