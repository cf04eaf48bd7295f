"""Drug screens: the simulator, its truth, and pairs that are read from tables."""

import csv
import json

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import roc_auc_score

from kgen import data
from kgen.data.drugs.screen import DRUGS, NOISE, Screen
from kgen.data.drugs.writing import write

LINES, GENES = 40, 16


@pytest.fixture(scope="module")
def many():
    """A screen of many cell lines, to see what the simulator draws from."""
    screen = Screen(GENES)
    return screen, screen.lines(4000)


def test_a_drug_moves_its_two_modules_and_no_other(many):
    _, lines = many
    for drug, ((first, second), _) in DRUGS.items():
        change = lines["moved"][drug] - lines["activity"]
        others = np.delete(change, [first, second], axis=1)
        assert change[:, first].mean() == pytest.approx(-1.5, abs=0.03)
        assert np.abs(
            others.mean(axis=0)
        ).max() < 0.03 and others.std() == pytest.approx(0.2, abs=0.01)
        slope = (
            LinearRegression()
            .fit(lines["activity"][:, [second]], lines["moved"][drug][:, second])
            .coef_
        )
        assert slope == pytest.approx(0.3, abs=0.02)


def test_noise_is_as_told_and_before_and_after_have_their_own(many):
    screen, lines = many
    before = lines["x"] - screen.expressed(lines["activity"])
    after = lines["after"]["linear"] - screen.expressed(lines["moved"]["linear"])
    assert before.std() == pytest.approx(
        NOISE, rel=0.02
    ) and after.std() == pytest.approx(NOISE, rel=0.02)
    assert np.corrcoef(before.ravel(), after.ravel())[0, 1] == pytest.approx(
        0, abs=0.02
    )


@pytest.mark.parametrize(
    ("drug", "linear"), [("linear", True), ("interaction", False), ("unrelated", False)]
)
def test_responses_follow_their_rule(drug, linear, many):
    screen, lines = many
    odds, response = screen.odds(lines["activity"], drug), lines["response"][drug]
    best = roc_auc_score(response, odds) if drug != "unrelated" else 0.5
    assert best > 0.84 or drug == "unrelated"
    seen = (
        LinearRegression().fit(lines["activity"], response).predict(lines["activity"])
    )
    assert (roc_auc_score(response, seen) > best - 0.02) is (
        linear or drug == "unrelated"
    )


def test_the_same_seed_draws_the_same():
    one, same, other = (
        Screen(GENES, seed).lines(5)["after"]["linear"] for seed in (3, 3, 4)
    )
    assert (one == same).all() and (one != other).any()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("screen")
    write(path, Screen(GENES), LINES)
    return path


def load(folder, before="before.csv", **options):
    tables = {
        "after": str(folder / "after.csv"),
        "response": str(folder / "response.csv"),
        "drug": "linear",
    }
    given = {"facts": ["lineage"], **tables, **options}
    return data.load(
        f"perturbation:{folder / before}",
        **{name: value for name, value in given.items() if value is not None},
    )


def test_truth_is_kept_beside_the_tables(folder):
    truth = json.loads((folder / "truth.json").read_text())
    assert truth["drugs"]["linear"]["auroc"] == pytest.approx(0.92, abs=0.02)
    assert truth["drugs"]["unrelated"]["auroc"] == pytest.approx(0.5, abs=0.02)
    assert (
        truth["drugs"]["interaction"]["modules"] == [2, 3]
        and len(truth["activity"]) == LINES
    )


def test_pairs_are_those_of_a_cell_line(folder):
    found, lines = load(folder), Screen(GENES).lines(LINES)
    for split in (found.train, found.validation, found.test):
        at = [int(name.removeprefix("line_")) for name in split.facts["subject"]]
        np.testing.assert_allclose(split["x"], lines["x"][at], atol=1e-4)
        np.testing.assert_allclose(
            split["after"], lines["after"]["linear"][at], atol=1e-4
        )
        assert split["y"].tolist() == lines["response"]["linear"][at].tolist()
        assert set(split.facts) == {"subject", "lineage", "drug"}


def test_folds_are_apart_and_test_every_cell_line_once(folder):
    tested = [
        load(folder, fold=number, folds=4).test.facts["subject"] for number in range(4)
    ]
    assert sorted(np.concatenate(tested)) == [
        f"line_{number:04d}" for number in range(LINES)
    ]


def changed(folder, tmp_path, name, change):
    """The folder with one of its tables changed, a list of rows."""
    for table in ("before.csv", "after.csv", "response.csv"):
        rows = list(csv.reader((folder / table).open()))
        rows = change(rows) if table == name else rows
        with (tmp_path / table).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return tmp_path


def emptied(rows):
    return [
        row if number % 3 else [*row[:2], ""]
        for number, row in enumerate(rows, start=2)
    ]


def test_missing_responses_are_kept_as_minus_one(folder, tmp_path):
    found = load(changed(folder, tmp_path, "response.csv", emptied))
    every = np.concatenate(
        [split["y"] for split in (found.train, found.validation, found.test)]
    )
    assert 10 <= (every == -1).sum() <= 20 and set(every.tolist()) == {-1, 0, 1}
    assert "not known of every value" in str(found) and "of 40 pairs known" in str(
        found
    )


def test_cell_lines_with_several_rows_before_stand_by_their_mean(folder, tmp_path):
    def doubled(rows):
        head, first, *rest = rows
        return [
            head,
            first,
            [*first[:2], *(f"{float(cell) + 2:.4f}" for cell in first[2:])],
            *rest,
        ]

    found = load(changed(folder, tmp_path, "before.csv", doubled))
    mean = Screen(GENES).lines(LINES)["x"][0] + 1
    splits = [
        (split["x"], split.facts["subject"])
        for split in (found.train, found.validation, found.test)
    ]
    (row,) = [x[whose == "line_0000"][0] for x, whose in splits if "line_0000" in whose]
    np.testing.assert_allclose(row, mean, atol=1e-3)
    assert "the mean of several rows stands for each of 1 cell line" in str(found)


def without(column):
    return lambda rows: [row[:column] + row[column + 1 :] for row in rows]


BAD = {
    "before.csv": [
        (
            lambda rows: rows[:1] + rows[2:],
            "'line_0000' has a profile after linear and none before it",
        ),
        (
            without(5),
            "The genes differ: 'gene_3' only in after.csv. "
            "Leave these out with common=true, which keeps 15",
        ),
        (
            lambda rows: [list(row) for row in zip(*rows, strict=True)],
            "turn a table around that has genes as rows",
        ),
    ],
    "response.csv": [
        (
            lambda rows: [rows[0], *([*row[:2], "resistant"] for row in rows[1:])],
            "the one response 'resistant'",
        ),
        (
            lambda rows: [*rows, [*rows[1][:2], "other"]],
            "two responses of 'line_0000' to one drug",
        ),
    ],
}


@pytest.mark.parametrize(
    ("name", "change", "told"), [(name, *case) for name in BAD for case in BAD[name]]
)
def test_bad_tables_are_refused_with_the_way_out(name, change, told, folder, tmp_path):
    with pytest.raises(ValueError, match=".*") as caught:
        load(changed(folder, tmp_path, name, change))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            {"drug": None},
            "holds 3 drugs, 'interaction', 'linear', 'unrelated': "
            "a model is of one. Choose it with drug=",
        ),
        ({"drug": "linaer"}, "Did you mean linear"),
        ({"after": None}, "give after=FILE"),
        ({"facts": ["linage"]}, "Did you mean lineage"),
        ({"label": "answer"}, "no column 'answer'"),
    ],
)
def test_bad_options_are_refused(options, told, folder):
    with pytest.raises(ValueError, match=".*") as caught:
        load(folder, **options)
    assert told in str(caught.value)


def test_genes_of_one_table_alone_may_be_left_out(folder, tmp_path):
    found = load(changed(folder, tmp_path, "before.csv", without(5)), common=True)
    assert found.image_shape == (15,) and "gene_3" not in found.fields["after"].names
    assert "1 gene of one table alone left out" in str(found)


def test_a_screen_is_not_written_over(folder):
    with pytest.raises(FileExistsError, match="exists already"):
        write(folder, Screen(GENES), LINES)


def profiles(path, **columns):
    """A table of 20 cell lines with two genes."""
    every = {"cell_line": [f"l{row}" for row in range(20)], **columns}
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(every)
        writer.writerows(zip(*every.values(), strict=True))
    return str(path)


def test_profiles_of_an_unnamed_drug_have_the_responses_to_one_drug(tmp_path):
    genes = {"g1": range(20), "g2": range(1, 21)}
    source = f"perturbation:{profiles(tmp_path / 'before.csv', **genes)}"
    after = profiles(tmp_path / "after.csv", **genes)
    told = {"drug": ["a", "b"] * 10, "response": ["yes", "yes", "no", "no"] * 5}
    response = profiles(tmp_path / "response.csv", **told)
    with pytest.raises(
        ValueError, match="responses to 2 drugs, 'a', 'b', and the profiles after"
    ):
        data.load(source, after=after, response=response)
    response = profiles(tmp_path / "response.csv", **{**told, "drug": ["a"] * 20})
    found = data.load(source, after=after, response=response)
    assert found.class_names == ["no", "yes"] and "drug" not in found.train.facts
