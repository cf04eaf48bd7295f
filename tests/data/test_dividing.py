"""Every class is in every split, and no subject in two, whatever the source of the values."""

import csv

import numpy as np
import pytest
from PIL import Image as Picture

from kgen import data
from kgen.data import Data
from kgen.fields import Image, Label, Number, Vector

SPLITS = "train", "validation", "test"


def labelled(counts, **given):
    """A data set of vectors with so many values of each class."""
    labels = np.repeat(np.arange(len(counts)), counts)
    table = np.random.default_rng(0).normal(size=(len(labels), 3))
    fields = {"x": Vector.of(table, "x"), "y": Label(len(counts))}
    return Data.from_arrays("t", {"x": table, "y": labels}, fields, **given)


COUNTS = [
    (990, 5),
    (5, 990),
    (5, 5, 985),
    (5,) * 50,
    (6, 7, 8, 9),
    (10_000, 5),
    (100_000, 5),
    (5, 5),
    (60_000, *[6] * 30),
]


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("official", [True, False])
def test_five_of_a_class_are_enough_to_have_one_in_every_split(counts, official):
    labels = np.arange(len(counts))
    test = {"x": np.zeros((len(counts), 3)), "y": labels} if official else None
    dataset = labelled(counts, test=test)
    for split in SPLITS:
        np.testing.assert_array_equal(np.unique(getattr(dataset, split).labels), labels)
    found = sum(np.bincount(getattr(dataset, split).labels) for split in SPLITS)
    np.testing.assert_array_equal(found, np.add(counts, 1 if official else 0))


def test_a_class_of_four_is_refused():
    with pytest.raises(
        ValueError,
        match="t: class '1' has 4 training values; at least 5 are needed to have one in every",
    ):
        labelled((990, 4))


def of_npz(folder, x, y, subjects, **test):
    np.savez(folder / "f.npz", x=x, y=y, patient=subjects, **test)
    return data.load(f"npz:{folder / 'f.npz'}", subject="patient")


def of_npz_facts(folder, x, y, subjects, **test):
    np.savez(folder / "f.npz", x=x, y=y, subject=subjects)
    return data.load(f"npz:{folder / 'f.npz'}", facts="subject")


def of_npz_unasked(folder, x, y, subjects):
    np.savez(folder / "f.npz", x=x, y=y, subject=subjects)
    return data.load(f"npz:{folder / 'f.npz'}")


def of_table(folder, x, y, subjects, kind="csv"):
    with (folder / "t").open("w", newline="") as file:
        writer = csv.writer(file, delimiter="," if kind == "csv" else "\t")
        writer.writerow(
            ["id", "class", *(f"g{i}" for i in range(x.reshape(len(x), -1).shape[1]))]
        )
        writer.writerows(
            [who, label, *row]
            for who, label, row in zip(subjects, y, x.reshape(len(x), -1), strict=True)
        )
    return data.load(f"{kind}:{folder / 't'}", subject="id", label="class")


def of_tsv(*arguments):
    return of_table(*arguments, kind="tsv")


def of_folder(folder, x, y, subjects):
    for number, (image, label, who) in enumerate(zip(x, y, subjects, strict=True)):
        (folder / f"c{label}").mkdir(exist_ok=True)
        Picture.fromarray(image).save(folder / f"c{label}" / f"{who}_{number}.png")
    return data.load(f"folder:{folder}", subject="^[^_]+")


def of_folder_group(folder, x, y, subjects):
    of_folder(folder, x, y, subjects)
    return data.load(f"folder:{folder}", subject="P([0-9]+)_")


def of_pairs(folder, x, y, subjects):
    for side in ("a", "b"):
        (folder / side).mkdir()
        for number, (image, who) in enumerate(zip(x, subjects, strict=True)):
            Picture.fromarray(image).save(folder / side / f"{who}_{number}.png")
    return data.load(f"pairs:{folder}", subject="^P[0-9]+")


def of_arrays(_, x, y, subjects):
    fields = {"x": Image.of(x, "x"), "y": Label.of(y, "y")}
    return Data.from_arrays(
        "arrays", {"x": x, "y": y}, fields, facts={"subject": subjects}
    )


@pytest.fixture
def values():
    """Images of 20 subjects, unlike in number, with two classes each."""
    random = np.random.default_rng(0)
    who = np.repeat(np.arange(20), random.integers(4, 30, 20))
    x = random.integers(0, 255, (len(who), 8, 8), dtype="uint8")
    return x, np.arange(len(who)) % 2, np.array([f"P{number}" for number in who])


SOURCES = [
    of_arrays,
    of_npz,
    of_npz_facts,
    of_npz_unasked,
    of_table,
    of_tsv,
    of_folder,
    of_folder_group,
    of_pairs,
]


@pytest.mark.parametrize("source", SOURCES)
def test_no_subject_is_in_two_splits(source, values, tmp_path):
    dataset = source(tmp_path, *values)
    whose = [np.unique(getattr(dataset, split).facts["subject"]) for split in SPLITS]
    assert sum(map(len, whose)) == len(np.unique(np.concatenate(whose))) == 20
    sizes = np.array([len(getattr(dataset, split)) for split in SPLITS])
    assert sizes.sum() == len(values[0])
    np.testing.assert_allclose(sizes / sizes.sum(), [0.765, 0.085, 0.15], atol=0.05)
    told = (
        "divided by subject: {} in training, {} in validation, {} in the test".format(
            *map(len, whose)
        )
    )
    assert told in dataset.notes and told in str(dataset)
    assert "subject" not in dataset.fields


def test_no_subject_of_two_domains_is_in_two_splits(values, tmp_path):
    x, _, subjects = values
    for side, chosen in (("a", slice(None)), ("b", slice(60, None))):
        (tmp_path / side).mkdir()
        for number, (image, who) in enumerate(
            zip(x[chosen], subjects[chosen], strict=True)
        ):
            Picture.fromarray(image).save(tmp_path / side / f"{who}_{number}.png")
    dataset = data.load(f"unpaired:{tmp_path}", subject="^[^_]+")
    owners = {image.tobytes(): who for image, who in zip(x, subjects, strict=True)}
    whose = [
        {
            owners[image.tobytes()]
            for domain in "ab"
            for image in getattr(dataset, split)[domain][..., 0]
        }
        for split in SPLITS
    ]
    assert sum(map(len, whose)) == len(set.union(*whose)) == 20
    for split in SPLITS:
        assert (
            min(len(domain) for domain in getattr(dataset, split).domains.values()) > 0
        )


SUBJECTS = {
    "one class each": (np.repeat(np.arange(40), 10), np.repeat(np.arange(40) % 2, 10)),
    "a rare class of three subjects": (
        np.repeat(np.arange(40), 10),
        np.repeat(np.arange(40) < 3, 10).astype(int),
    ),
    "all classes each": (np.repeat(np.arange(12), 15), np.tile(np.arange(5), 36)),
    "three subjects": (np.repeat(np.arange(3), 30), np.tile(np.arange(2), 45)),
    "one of half of the values": (
        np.repeat(np.arange(11), [200, *[20] * 10]),
        np.tile(np.arange(2), 200),
    ),
    "a value each": (np.arange(300), np.arange(300) % 3),
}


@pytest.mark.parametrize("case", SUBJECTS)
def test_every_class_is_in_every_split_by_subject(case):
    subjects, labels = SUBJECTS[case]
    dataset = of_arrays(
        None,
        np.zeros((len(labels), 8, 8), "uint8")
        + np.arange(64, dtype="uint8").reshape(8, 8),
        labels,
        subjects,
    )
    for split in SPLITS:
        assert set(getattr(dataset, split).labels) == set(labels)
    assert len(dataset.train) >= max(len(dataset.validation), len(dataset.test))


def test_numbers_are_divided_by_subject_too():
    table, subjects = (
        np.random.default_rng(0).normal(size=(90, 3)),
        np.repeat(np.arange(30), 3),
    )
    fields = {"x": Vector.of(table, "x"), "y": Number("years")}
    dataset = Data.from_arrays(
        "t", {"x": table, "y": np.arange(90.0)}, fields, facts={"subject": subjects}
    )
    assert not set(dataset.train.facts["subject"]) & set(dataset.test.facts["subject"])


def test_parts_may_be_given():
    parts = np.arange(0, 60), np.arange(60, 80), np.arange(80, 100)
    dataset = labelled((50, 50), parts=parts)
    assert [len(getattr(dataset, split)) for split in SPLITS] == [60, 20, 20]


def test_a_class_of_two_subjects_is_refused_by_its_name():
    subjects, labels = (
        np.repeat(np.arange(20), 10),
        np.repeat(np.arange(20) < 2, 10).astype(int),
    )
    with pytest.raises(
        ValueError,
        match="the class 1 of 2 subjects cannot be in each of 3 splits without a subject in two",
    ):
        labelled_by(subjects, labels)
    with pytest.raises(
        ValueError, match="the data of 2 subjects cannot be in each of 3 splits"
    ):
        labelled_by(np.repeat([0, 1], 100), np.zeros(200, int))


def labelled_by(subjects, labels):
    return labelled(
        np.bincount(labels)[::1],
        facts={"subject": subjects[np.argsort(labels, kind="stable")]},
    )


def test_a_subject_in_training_and_in_an_official_test_is_named(values, tmp_path):
    x, y, subjects = values
    with pytest.raises(
        ValueError,
        match="1 subject is in the training and in the test values, first P3.*new subjects",
    ):
        of_npz(
            tmp_path,
            x,
            y,
            subjects,
            x_test=x[:9],
            y_test=y[:9],
            patient_test=np.repeat(["Q1", "P3", "Q2"], 3),
        )
    dataset = of_npz(
        tmp_path,
        x,
        y,
        subjects,
        x_test=x[:9],
        y_test=y[:9],
        patient_test=np.repeat(["Q1", "Q2"], [4, 5]),
    )
    assert not set(dataset.train.facts["subject"]) & set(
        dataset.validation.facts["subject"]
    )
    with pytest.raises(ValueError, match="the test values lack the fact 'subject'"):
        labelled(
            (50, 50),
            facts={"subject": np.arange(100)},
            test={"x": np.zeros((2, 3)), "y": np.arange(2)},
        )


@pytest.mark.parametrize(("pattern", "message"), [
    ("Q[0-9]+",
     "subject='Q.*' matches nothing in 'P0_.*png', one of .* such files. "
     "Give a regular expression"),
    ("Q*", "subject='Q.*' matches nothing in 'P0_.*png'"),
    ("P(Q)?", "subject='P.*' matches nothing in 'P0_.*png'"),
    ("P([0-9]+", "subject='P.*' is no regular expression: missing"),
])  # fmt: skip
def test_a_pattern_that_names_no_subject_is_refused(values, tmp_path, pattern, message):
    of_folder(tmp_path, *values)
    with pytest.raises(ValueError, match=message):
        data.load(f"folder:{tmp_path}", subject=pattern)


def test_a_row_without_a_subject_is_named(tmp_path):
    table = np.random.default_rng(0).normal(size=(30, 3))
    with pytest.raises(ValueError, match="'id' is missing in 1 row, first in row 4"):
        of_table(
            tmp_path,
            table,
            np.arange(30) % 2,
            ["" if row == 4 else f"P{row}" for row in range(30)],
        )
    with pytest.raises(
        ValueError, match="subject='idd': .* has no such column. Did you mean id"
    ):
        data.load(f"csv:{tmp_path / 't'}", subject="idd")
