"""Estimated ages: brackets in every split, the course's shares, concepts, and refused tables."""

import csv

import numpy as np
import pytest

from kgen import data
from kgen.data import Data
from kgen.data.fold import Fold
from kgen.data.shares import Shares
from kgen.fields import Number, Vector
from tests.data.scans import people, table

SPLITS = "train", "validation", "test"
COUNT = 24


def written(folder, ages, name="ages.csv", **columns):
    """A table of so many people with two thicknesses and their ages."""
    random = np.random.default_rng(0)
    every = {
        "left": random.random(len(ages)),
        "right": random.random(len(ages)),
        "age": ages,
        **columns,
    }
    with (folder / name).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(every)
        writer.writerows(zip(*every.values(), strict=True))
    return f"csv:{folder / name}"


def spread(count=COUNT):
    return [20 + 10 * (number % 4) + number % 97 / 10 for number in range(count)]


def arrays(ages, shares=None, **options):
    """A data set in memory whose y are ages."""
    x, ages = np.random.default_rng(0).random((len(ages), 3)), np.asarray(ages, float)
    facts = {"age": ages, **options.pop("facts", {})}
    fields = {"x": Vector.of(x, "x"), "y": Number.of(ages, "y", "years")}
    shares = {"shares": shares} if shares else {}
    return Data.from_arrays(
        "t", {"x": x, "y": ages}, fields, facts=facts, **shares, **options
    )


def brackets(found):
    return [
        set((getattr(found, split).facts["age"] // 10).astype(int)) for split in SPLITS
    ]


def test_the_shares_of_the_course_are_kept_in_every_bracket():
    found = arrays(spread(400), Shares.of(test=0.25, validation=0.15))
    counts = [
        np.bincount((getattr(found, split)["y"] // 10).astype(int)) for split in SPLITS
    ]
    whole = sum(counts)
    present = whole > 0
    np.testing.assert_allclose(counts[2][present] / whole[present], 0.25, atol=0.02)
    np.testing.assert_allclose(
        counts[1][present] / whole[present], 0.75 * 0.15, atol=0.02
    )
    assert (
        "divided: 25% for the test; 15% of the others for validation; at random"
        in str(found)
    )


@pytest.mark.parametrize("test", [0.15, 0.25])
def test_a_bracket_of_three_is_in_every_split(test):
    ages = [*spread(200), 71, 72, 73]
    assert all(7 in found for found in brackets(arrays(ages, Shares.of(test=test))))


@pytest.mark.parametrize(
    ("rare", "told"), [([71], "1 subject"), ([71, 72], "2 subjects")]
)
def test_a_bracket_of_fewer_is_refused_before_any_training(rare, told, tmp_path):
    source = written(tmp_path, [*spread(), *rare])
    message = (
        f"the age bracket 70–79 years has {told}; "
        "3 are needed to have one in each of 3 splits. Add people"
    )
    with pytest.raises(ValueError, match=message):
        data.load(source, number="age")
    (fault,) = [fault for fault in data.faults(source, number="age") if fault.fatal]
    assert "70–79 years has" in str(fault)


def test_an_official_test_needs_no_one_of_a_bracket_in_training(tmp_path):
    test = written(tmp_path, [*spread(8), 75], "test.csv")[4:]
    found = data.load(written(tmp_path, spread()), number="age", test=test)
    assert brackets(found)[2] - brackets(found)[0] == {7}
    assert "70–79 years 0 / 0 / 1" in str(found)


def test_whole_sites_are_divided_whatever_their_ages():
    sites = np.arange(60) % 6
    ages = np.where(np.arange(60) == 7, 75, spread(60))
    found = arrays(ages, facts={"subject": sites})
    whose = [set(getattr(found, split).facts["subject"]) for split in SPLITS]
    assert sum(map(len, whose)) == len(set.union(*whose)) == 6


def test_brackets_of_a_fact_that_is_not_estimated_may_be_rare():
    x, score = np.random.default_rng(0).random((COUNT, 3)), np.linspace(0.0, 1.0, COUNT)
    fields = {"x": Vector.of(x, "x"), "y": Number.of(score, "y")}
    ages = np.array([*spread(COUNT - 1), 75])
    assert (
        len(
            Data.from_arrays(
                "t", {"x": x, "y": score}, fields, facts={"age": ages}
            ).train
        )
        > 0
    )


def test_the_tests_of_all_folds_of_a_table_cover_everyone(tmp_path):
    source = written(tmp_path, spread(40))
    tested = [
        data.load(source, number="age", fold=fold, folds=4).test["y"]
        for fold in range(4)
    ]
    np.testing.assert_allclose(
        np.sort(np.concatenate(tested)), np.sort(spread(40)), rtol=1e-6
    )


@pytest.mark.parametrize("kind", ["csv", "nifti"])
def test_rare_brackets_are_repeated_in_training_alone(kind, tmp_path):
    ages = [*spread(18), *[51.0 + number / 10 for number in range(6)]]
    source = (
        f"nifti:{people(tmp_path, COUNT, age=ages)}"
        if kind == "nifti"
        else written(tmp_path, ages)
    )
    plain, found = (
        data.load(source, number="age", oversample=chosen) for chosen in (False, True)
    )
    counts = np.unique(found.train["y"] // 10, return_counts=True)[1]
    assert (
        len(set(counts)) == 1
        and counts[0] == np.unique(plain.train["y"] // 10, return_counts=True)[1].max()
    )
    assert (
        set(found.train["y"]) == set(plain.train["y"]) and found.fields == plain.fields
    )
    np.testing.assert_array_equal(found.validation["y"], plain.validation["y"])
    np.testing.assert_array_equal(found.test["x"], plain.test["x"])
    assert "rare ones repeated" in str(found)


def test_a_table_without_ages_has_no_brackets_to_repeat(tmp_path):
    with pytest.raises(
        ValueError, match="oversample=true repeats rare age brackets; .* has no ages"
    ):
        data.load(
            written(tmp_path, spread(), score=spread()),
            number="score",
            drop="age",
            oversample=True,
        )


def of_arrays(folder, ages):
    return arrays(ages)


def of_csv(folder, ages):
    return data.load(written(folder, ages), number="age")


def of_facts(folder, ages):
    return data.load(written(folder, ages, score=spread()), number="score", facts="age")


def of_npz(folder, ages):
    np.savez(folder / "a.npz", x=np.random.default_rng(0).random((COUNT, 3)), age=ages)
    return data.load(f"npz:{folder / 'a.npz'}", facts="age")


def of_nifti(folder, ages):
    return data.load(f"nifti:{table(folder, age=ages)}", number="age")


@pytest.mark.parametrize("source", [of_arrays, of_csv, of_facts, of_npz, of_nifti])
@pytest.mark.parametrize(("ages", "told"), [
    (12 * np.array(spread()),
     "ages are above 130, such as .* look like months or days.* 'age' holds years: divide"),
    (np.array(spread()) - 22.0, "ages are below 0, such as -2.*Mend them"),
], ids=["months", "negative"])  # fmt: skip
def test_ages_that_are_no_years_are_refused(source, ages, told, tmp_path):
    with pytest.raises(ValueError, match=told):
        source(tmp_path, ages)


@pytest.mark.parametrize("kind", ["csv", "nifti"])
def test_a_table_without_ages_names_its_columns(kind, tmp_path):
    path = (
        table(tmp_path, age=None, years=spread())
        if kind == "nifti"
        else tmp_path / "ages.csv"
    )
    if kind == "csv":
        path.write_text("left,right,years\n" + "0.1,0.2,30\n" * COUNT)
    with pytest.raises(ValueError, match="number='age': .* has no such column"):
        data.load(f"{kind}:{path}", number="age")


def test_a_column_that_is_missing_in_every_row_is_to_be_left_out(tmp_path):
    source = written(tmp_path, spread(), empty=[""] * COUNT)
    (fault,) = [fault for fault in data.faults(source, number="age") if fault.fatal]
    assert str(fault).endswith(
        "'empty' is missing in every row. Leave the column out: drop=empty."
    )
    assert data.load(source, number="age", drop="empty").fields["x"].names == [
        "left",
        "right",
    ]


@pytest.mark.parametrize("kind", ["csv", "nifti"])
def test_concepts_are_the_field_c_with_their_names_scaled_by_training_alone(
    kind, tmp_path
):
    concepts = {"csf": np.arange(COUNT) * 10.0, "grey": 500.0 - np.arange(COUNT)}
    ages = spread()
    if kind == "nifti":
        source = f"nifti:{people(tmp_path, COUNT, age=ages, **concepts)}"
    else:
        source = written(tmp_path, ages, **concepts)
    found = data.load(source, number="age", unit="years", covariates="csf,grey")
    assert found.fields["c"].names == ["csf", "grey"]
    np.testing.assert_allclose(found.train.scaled("c").mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(found.train.scaled("c").std(axis=0), 1.0, atol=1e-5)
    for split in SPLITS:
        part = getattr(found, split)
        rows = [int(np.abs(np.array(ages) - age).argmin()) for age in part["y"]]
        np.testing.assert_allclose(
            part["c"], np.stack([concepts["csf"][rows], concepts["grey"][rows]], axis=1)
        )


def test_a_concept_in_words_is_a_fault_of_the_table(tmp_path):
    path = people(tmp_path, COUNT, age=spread(), csf=["much", *range(COUNT - 1)])
    with pytest.raises(
        ValueError, match="'csf' is much in row 0, one of 1 such row. Mend them"
    ):
        data.load(f"nifti:{path}", number="age", covariates="csf")


@pytest.mark.parametrize(("options", "told"), [
    ({"test_share": 0.95}, r"test_share=0.95 is not a number in \[0.0, 0.9\]"),
    ({"validation_share": 0.0}, "validation_share=0 leaves nothing to look at"),
    ({"test_share": 0.3, "fold": 1}, "test_share=0.3 and fold=1 both say what the test is"),
])  # fmt: skip
def test_shares_that_are_none_are_refused(options, told, tmp_path):
    with pytest.raises(ValueError, match=told):
        data.load(written(tmp_path, spread()), number="age", **options)


def test_a_fold_of_ages_keeps_subjects_apart():
    found = arrays(
        spread(60), facts={"subject": np.arange(60) // 2}, fold=Fold.of(1, 5)
    )
    whose = [set(getattr(found, split).facts["subject"]) for split in SPLITS]
    assert sum(map(len, whose)) == 30
