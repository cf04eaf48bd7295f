"""Folders train, validation and test within a picture folder are its splits, for every source."""

import numpy as np
import pytest
from PIL import Image

from kgen import data

COUNTS = {"train": 20, "validation": 6, "test": 7}
ROOMS = {
    "folder": ["."],
    "classes": ["cat", "dog"],
    "pairs": ["a", "b"],
    "unpaired": ["a", "b"],
}
FIRST = {"folder": "x", "classes": "x", "pairs": "x", "unpaired": "a"}


def written(root, kind, names, grey=100):
    """Pictures of one grey value per split, in a folder for each name."""
    for number, (name, part) in enumerate(names.items()):
        for room in ROOMS[kind]:
            (root / name / room).mkdir(parents=True)
            for index in range(COUNTS[part] // (2 if kind == "classes" else 1) or 1):
                pixels = np.full((8, 8), grey + 10 * number, "uint8")
                Image.fromarray(pixels).save(root / name / room / f"{index:02}.png")
    return f"{'folder' if kind == 'classes' else kind}:{root}"


def greys(dataset, kind):
    return [
        set(np.unique(split[FIRST[kind]]).tolist())
        for split in (dataset.train, dataset.validation, dataset.test)
    ]


@pytest.mark.parametrize("kind", ROOMS)
@pytest.mark.parametrize(
    ("names", "right"),
    [
        (
            {"train": "train", "validation": "validation", "test": "test"},
            [{100}, {110}, {120}],
        ),
        (
            {"Training": "train", "val": "validation", "Testing": "test"},
            [{100}, {110}, {120}],
        ),
        ({"train": "train", "valid": "validation"}, [{100}, {110}, {100}]),
        ({"train": "train", "test": "test"}, [{100}, {100}, {110}]),
    ],
)
def test_official_folders_are_the_splits(names, right, kind, tmp_path):
    dataset = data.load(written(tmp_path, kind, names))
    assert greys(dataset, kind) == right
    whole = sum(
        len(split) for split in (dataset.train, dataset.validation, dataset.test)
    )
    assert whole == sum(
        COUNTS[part] // (2 if kind == "classes" else 1) * (1 + (kind == "classes"))
        for part in names.values()
    )
    assert "Official splits: train (" in str(dataset)
    if kind == "classes":
        assert dataset.class_names == ["cat", "dog"]


@pytest.mark.parametrize("kind", ["folder", "classes"])
def test_other_folders_beside_splits_are_refused(kind, tmp_path):
    name = written(tmp_path, kind, {"train": "train", "test": "test", "extra": "test"})
    with pytest.raises(
        ValueError, match="beside the splits test, train there are the folders extra"
    ):
        data.load(name)


def test_a_split_of_two_names_is_refused(tmp_path):
    name = written(
        tmp_path,
        "folder",
        {"train": "train", "val": "validation", "valid": "validation"},
    )
    with pytest.raises(ValueError, match="train, val, valid name a split twice"):
        data.load(name)


def test_a_class_may_be_called_train(tmp_path):
    dataset = data.load(written(tmp_path, "folder", {"train": "train", "car": "test"}))
    assert dataset.class_names == ["car", "train"]


def test_classes_of_a_split_that_training_does_not_have_are_named(tmp_path):
    name = written(tmp_path, "classes", {"train": "train", "test": "test"})
    (tmp_path / "test" / "dog").rename(tmp_path / "test" / "horse")
    with pytest.raises(ValueError, match="test has the classes horse, train cat, dog"):
        data.load(name)


def test_labels_follow_the_classes_of_the_training_where_a_split_lacks_one(tmp_path):
    name = written(tmp_path, "classes", {"train": "train", "test": "test"})
    for file in (tmp_path / "test" / "cat").iterdir():
        file.unlink()
    (tmp_path / "test" / "cat").rmdir()
    assert set(data.load(name).test.labels.tolist()) == {1}
