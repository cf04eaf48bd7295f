"""Cross-validation by subject, age brackets in every split, and what is told of both."""

import numpy as np
import pytest
from PIL import Image as Picture

from kgen import data
from kgen.data import Data
from kgen.data.fold import Fold
from kgen.fields import Image, Label

SPLITS = "train", "validation", "test"
OLDEST, YOUNGEST, BRACKETS = 89, 50, {5, 6, 7, 8}


def people(count=80, scans=2):
    """Images of some subjects, their classes and ages, several scans each."""
    random = np.random.default_rng(0)
    subject = np.repeat(np.arange(count), scans)
    age = np.repeat(random.integers(YOUNGEST, OLDEST + 1, count), scans)
    x = random.integers(0, 255, (len(subject), 8, 8), "uint8")
    return x, subject % 2, {"subject": subject, "age": age}


def of_arrays(_, fold):
    x, y, facts = people()
    return Data.from_arrays(
        "t",
        {"x": x, "y": y},
        {"x": Image.of(x, "x"), "y": Label(2)},
        facts=facts,
        fold=Fold.of(fold, 5),
    )


def of_npz(folder, fold):
    x, y, facts = people()
    np.savez(folder / "a.npz", x=x, y=y, **facts)
    return data.load(
        f"npz:{folder / 'a.npz'}", subject="subject", facts="age", fold=fold
    )


@pytest.mark.parametrize("source", [of_arrays, of_npz])
def test_the_tests_of_all_folds_are_disjoint_and_cover_everyone(source, tmp_path):
    tested = []
    for fold in range(5):
        found = source(tmp_path, fold)
        whose = [set(getattr(found, split).facts["subject"]) for split in SPLITS]
        assert sum(map(len, whose)) == 80 == len(set.union(*whose))
        assert len(whose[2]) == 16 and np.bincount(found.test.labels).tolist() == [
            16,
            16,
        ]
        assert f"fold {fold} of the folds 0 to 4 is the test" in found.notes
        tested += whose[2]
    assert sorted(tested) == list(range(80))


def test_folds_without_subjects_cover_every_value():
    x = np.arange(50 * 64, dtype="float32").reshape(50, 8, 8) / 3200
    fields = {"x": Image.of(x, "x"), "y": Label(2)}
    values = {"x": x, "y": np.arange(50) % 2}
    parts = [
        Data.from_arrays("t", values, fields, fold=Fold.of(fold, 4)).test["x"]
        for fold in range(4)
    ]
    assert len(np.unique(np.concatenate(parts)[:, 0, 0, 0])) == 50


@pytest.mark.parametrize("subjects", [True, False], ids=["subjects", "no subjects"])
def test_every_age_bracket_of_a_class_is_in_every_split(subjects):
    x, y, facts = people(400, scans=1)
    facts = facts if subjects else {"age": facts["age"]}
    found = Data.from_arrays(
        "t", {"x": x, "y": y}, {"x": Image.of(x, "x"), "y": Label(2)}, facts=facts
    )
    for label in (0, 1):
        shares = []
        for split in (getattr(found, name) for name in SPLITS):
            brackets = split.facts["age"][split.labels == label] // 10
            assert set(brackets) == BRACKETS
            shares.append(np.bincount(brackets - 5) / len(brackets))
        np.testing.assert_allclose(shares[1], shares[0], atol=0.07)
        np.testing.assert_allclose(shares[2], shares[0], atol=0.04)


def test_the_report_counts_subjects_of_each_class_and_bracket():
    found = of_arrays(None, None)
    (told,) = [
        note
        for note in found.notes
        if note.startswith("subjects in training") and " 0: " in note
    ]
    counts = []
    for split in (getattr(found, name) for name in SPLITS):
        chosen = split.labels == 0
        ages = dict(
            zip(split.facts["subject"][chosen], split.facts["age"][chosen], strict=True)
        )
        counts.append((len(ages), sum(70 <= age < 80 for age in ages.values())))
    assert " 0: {} / {} / {}, of these".format(*(count for count, _ in counts)) in told
    assert "70–79 years {} / {} / {}".format(*(count for _, count in counts)) in told


def test_unknown_ages_are_a_bracket_of_their_own():
    x, y, facts = people(200, scans=1)
    ages = np.where(np.arange(200) % 5 == 0, "", facts["age"].astype(str))
    fields = {"x": Image.of(x, "x"), "y": Label(2)}
    found = Data.from_arrays("t", {"x": x, "y": y}, fields, facts={"age": ages})
    assert all((getattr(found, split).facts["age"] == "").any() for split in SPLITS)
    assert "of unknown age" in str(found)


@pytest.mark.parametrize(("fold", "folds", "message"), [
    (5, 5, r"fold=5 is not a number in \[0, 4\]"),
    (0, 1, "folds=1 is not a number in"),
])  # fmt: skip
def test_a_fold_that_is_none_is_refused(fold, folds, message):
    with pytest.raises(ValueError, match=message):
        Fold.of(fold, folds)


def test_a_fold_beside_an_official_test_is_refused(tmp_path):
    x, y, _ = people()
    np.savez(tmp_path / "a.npz", x=x, y=y, x_test=x[:9], y_test=y[:9])
    with pytest.raises(
        ValueError,
        match="fold=1 takes the test out of all values, and there is an official one",
    ):
        data.load(f"npz:{tmp_path / 'a.npz'}", fold=1)


def test_pixels_and_anatomy_are_kept_and_lacking_subjects_are_told(tmp_path):
    x, y, facts = people()
    np.savez(tmp_path / "a.npz", x=x, y=y, **facts)
    source = f"npz:{tmp_path / 'a.npz'}"
    known = data.load(
        source, subject="subject", facts="age", pixel="2.5", anatomy="brain"
    )
    assert (known.spacing, known.anatomy) == ((2.5, 2.5), "brain")
    warned = [
        data.load(source, skip="subject,age", anatomy=anatomy)
        for anatomy in ("brain", None)
    ]
    assert ["no subject column" in str(found) for found in (known, *warned)] == [
        False,
        True,
        False,
    ]
    with pytest.raises(ValueError, match="Unknown anatomy 'brian'. Did you mean brain"):
        data.load(source, subject="subject", facts="age", anatomy="brian")


def test_a_folder_is_divided_by_its_table(tmp_path):
    x, y, facts = people(20)
    rows = ["file,subject,age,site"]
    for number, (image, label) in enumerate(zip(x, y, strict=True)):
        (tmp_path / "in" / f"c{label}").mkdir(parents=True, exist_ok=True)
        Picture.fromarray(image).save(tmp_path / "in" / f"c{label}" / f"{number}.png")
        rows.append(
            f"c{label}/{number}.png,{facts['subject'][number]},{facts['age'][number]},A"
        )
    table = tmp_path / "people.csv"
    table.write_text("\n".join(rows))
    found = data.load(
        f"folder:{tmp_path / 'in'}", table=str(table), pixel=1, anatomy="brain", fold=0
    )
    assert set(found.train.facts) == {"subject", "age", "site"} and found.spacing == (
        1.0,
        1.0,
    )
    whose = [set(getattr(found, split).facts["subject"]) for split in SPLITS]
    assert sum(map(len, whose)) == 20 == len(set.union(*whose))
    owners = {
        image.tobytes(): str(who)
        for image, who in zip(x, facts["subject"], strict=True)
    }
    assert [owners[image.tobytes()] for image in found.test["x"]] == found.test.facts[
        "subject"
    ].tolist()
    table.write_text("\n".join(rows[:-1]))
    with pytest.raises(
        ValueError,
        match="people.csv names 39 files, and lacks 39.png, one of 1 such picture",
    ):
        data.load(f"folder:{tmp_path / 'in'}", table=str(table))
    table.write_text("\n".join([*rows, "c0/gone.png,7,60,A"]))
    with pytest.raises(
        FileNotFoundError,
        match="names 'c0/gone.png', one of 1 such file, which is not there",
    ):
        data.load(f"folder:{tmp_path / 'in'}", table=str(table))
