import csv
import io
import json

import pytest

from kgen.experiments import tables
from kgen.metrics.catalogue import CATALOGUE, metric
from kgen.metrics.scalars import OF_ITS_OWN
from tests.conftest import each_play, untrained


def evaluation(value, **facts):
    score = {"value": value, "real": 2.0, "ratio": value / 2, "baseline": None}
    scores = {"frechet_distance": score, "elbo": {**score, "real": None, "ratio": None}}
    facts = {
        "pixels": "grey",
        "latents": 100,
        "samples": 300,
        "features": "abc",
        "judge": 0.99,
        **facts,
    }
    return {
        **facts,
        "scores": scores,
        "left_out": {"classifier_accuracy": "it has no classifier"},
    }


def test_the_table_of_a_run_shows_value_reference_and_reason():
    shown = tables.table(evaluation(3.0))
    line = next(line for line in shown.splitlines() if "frechet_distance" in line)
    # no baseline, no column of it
    assert line.split()[1:6] == ["↓", "3", "2", "1.5", "distance"]
    assert "it has no classifier: classifier_accuracy" in shown


def test_runs_side_by_side_are_marked_where_their_pixels_differ():
    runs = {"a": evaluation(3.0), "b": evaluation(5.0, pixels="binary")}
    shown = tables.markdown(runs)
    assert "| frechet_distance | 3 (1.5×) | 5 (2.5×) | 2 | – |" in shown
    assert "| elbo | 3 grey | 5 binary | – | – |" in shown
    rows = list(csv.DictReader(io.StringIO(tables.as_csv(runs))))
    assert [row["value"] for row in rows if row["metric"] == "elbo"] == ["3.0", "5.0"]
    assert [
        row["left_out"] for row in rows if row["metric"] == "classifier_accuracy"
    ] == ["it has no classifier"] * 2
    json.dumps(runs)


def test_an_interval_stands_behind_its_number():
    found = evaluation(3.0)
    found["scores"]["classifier_auc"] = {
        "value": 0.8125, "real": None, "ratio": None, "baseline": None, "low": 0.75, "high": 0.875
    }  # fmt: skip
    assert "0.8125 (0.75 to 0.875)" in tables.table(found)
    assert "| classifier_auc | 0.8125 (0.75 to 0.875) |" in tables.markdown(
        {"a": found}
    )
    rows = {
        row["metric"]: row
        for row in csv.DictReader(io.StringIO(tables.as_csv({"a": found})))
    }
    assert (rows["classifier_auc"]["low"], rows["classifier_auc"]["high"]) == (
        "0.75",
        "0.875",
    )
    assert rows["elbo"]["low"] == ""


def everything():
    """An evaluation of every metric and of three scalars."""
    score = {"value": 1.2345, "real": 2.0, "ratio": 0.5, "baseline": 7.0}
    scores = {
        name: {**score, "real": None, "ratio": None, "baseline": None}
        for name in ("loss", "accuracy", "mine")
    }
    return {**evaluation(3.0), "scores": scores | dict.fromkeys(CATALOGUE, score)}


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_every_number_stands_in_its_group_with_what_it_says(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    shown = tables.table(everything())
    tables_end = shown.index("Left out")
    assert max(map(len, shown[:tables_end].splitlines())) <= width
    titles = [title for title, _, _ in tables.groups(everything())]
    assert len(titles) == len({entry.group for entry in CATALOGUE.values()}) + 1
    places = [shown.index(title) for title in titles]
    assert places == sorted(places)
    plain = " ".join(shown.split())
    for title, head, rows in tables.groups(everything()):
        assert all(row[1] == "1.234" and row[-1] for row in rows), title
        assert head[1:-1] == (
            ("model",)
            if "training logs" in title
            else ("model", "real", "model/real", "baseline")
        )
    if width == 200:
        assert all(entry.meaning in plain for entry in CATALOGUE.values())


@each_play()
def test_every_scalar_of_every_model_says_what_it_is(name):
    for scalar in {"loss", *untrained(name).trackers}:
        assert metric(scalar).group == "objective" and metric(scalar).meaning not in (
            "",
            OF_ITS_OWN[1],
        )


def test_scalars_stand_in_the_order_of_their_meaning():
    assert tables.in_order(["accuracy", "fake_loss", "mine", "loss", "elbo"]) == [
        "loss", "fake_loss", "accuracy", "elbo", "mine",
    ]  # fmt: skip


def test_a_scalar_of_a_page_of_ones_own_is_said_to_be_that():
    assert metric("mine").meaning == OF_ITS_OWN[1]


def test_words_without_room_beside_the_numbers_stand_below_them(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    lines = tables.aligned(
        ("metric", "model", "real", "what it says"),
        [("sharpness", "0.5802", "0.6968", "edges")],
    )
    assert lines.splitlines() == [
        "  metric      model    real",
        "  sharpness  0.5802  0.6968",
        "      edges",
    ]


def test_a_list_without_records_is_left_out():
    assert tables.told({"values": 3, "outliers": []}).split() == ["values", "3"]
