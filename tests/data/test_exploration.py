"""A table inspected before ages are estimated from it: what is printed, and what is drawn."""

import csv

import numpy as np
import pytest

from kgen.data.exploration import Exploration
from kgen.data.shares import Shares
from tests.cli.test_cli import kgen
from tests.data.scans import people

COUNT = 60
AGES = np.array(
    [20 + 10 * (number % 3) + number % 97 / 10 % 9 for number in range(COUNT)]
).round(2)


def written(folder, **columns):
    random = np.random.default_rng(0)
    left = random.normal(3.0, 0.5, COUNT).round(4)
    every = {
        "person": [f"P{number}" for number in range(COUNT)],
        "age": AGES,
        "left": left,
        "twice": 2.0 * left,
        "flat": [7] * COUNT,
        "gap": ["" if number in (3, 5) else number for number in range(COUNT)],
        "empty": [""] * COUNT,
        "site": ["north" if age < 40 else "south" for age in AGES],
        **columns,
    }
    path = folder / "ages.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(every)
        writer.writerows(zip(*every.values(), strict=True))
    return path


def looked_at(path, **options):
    return Exploration.of(path, "csv:ages.csv", "age", subject="person", **options)


def test_gaps_constants_and_repeated_columns_are_found(tmp_path):
    found = looked_at(written(tmp_path))
    assert found.names == ["left", "twice", "flat", "gap", "empty"]
    assert (found.constant, found.empty, found.duplicated) == (
        ["flat", "empty"],
        ["empty"],
        [("left", "twice")],
    )
    told = found.told()
    assert "missing values (rows): gap (2), empty (60)" in told
    assert "twice repeats left" in told and "of one value: flat" in told


def test_correlations_are_pearsons_over_the_rows_that_have_both(tmp_path):
    found = looked_at(written(tmp_path))
    known = np.isfinite(found.values[:, 3])
    expected = np.corrcoef(found.values[known, 3], found.ages[known])[0, 1]
    assert found.correlations[-1, 3] == pytest.approx(expected)
    assert np.isfinite(found.correlations).all() and found.correlations[
        0, 1
    ] == pytest.approx(1.0)


def test_columns_are_scaled_by_the_training_rows_alone(tmp_path):
    found = looked_at(written(tmp_path), shares=Shares.of(test=0.25, validation=0.15))
    left, training = found.scaled[:, 0], found.split == "training"
    assert left[training].mean() == pytest.approx(0.0, abs=1e-6) and left[
        training
    ].std() == pytest.approx(1.0)
    assert abs(left[~training].mean()) > 1e-3
    assert all(min(counts.values()) > 0 for counts in found.brackets.values())


def test_why_a_table_cannot_be_divided_stands_in_the_text(tmp_path):
    found = looked_at(written(tmp_path, age=[*AGES[1:], 85]))
    assert (
        "Not divided: csv:ages.csv: the age bracket 80–89 years has 1 subject"
        in found.told()
    )
    assert set(found.split) == {"not divided"}


def test_a_bracket_that_a_split_lacks_is_named(tmp_path):
    (tmp_path / "test").mkdir()
    test = written(tmp_path / "test", age=AGES + 30)
    found = looked_at(written(tmp_path), test=test)
    assert (
        "absent from training and validation" in found.told()
        and "absent from test" in found.told()
    )


@pytest.mark.parametrize("kind", ["csv", "nifti"])
def test_the_command_writes_one_text_and_figures(kind, tmp_path):
    path = (
        written(tmp_path)
        if kind == "csv"
        else people(tmp_path, age=[40 + number % 20 for number in range(24)])
    )
    shown = kgen(
        "data",
        "inspect",
        f"{kind}:{path}",
        "--data",
        "number=age",
        "--out",
        tmp_path / "look",
    )
    assert "ROWS OF EACH BRACKET OF AGE" in shown
    names = {"inspection.txt", "brackets.png", "groups.png"}
    if kind == "csv":
        names |= {"boxes.png", "scatter.png", "correlation.png"}
    assert {file.name for file in (tmp_path / "look").iterdir()} == names
    assert (tmp_path / "look" / "inspection.txt").read_text().strip() in shown


@pytest.mark.parametrize(("number", "told"), [
    ("years", "number='years': there is no such column in ages.csv"),
    ("site", "number='site': the column holds words"),
])  # fmt: skip
def test_a_target_that_is_none_is_refused(number, told, tmp_path):
    with pytest.raises(ValueError, match=told):
        Exploration.of(written(tmp_path), "csv:ages.csv", number)
