import csv
import io
import json

from kgen.experiments import tables


def evaluation(value, **facts):
    score = {"value": value, "real": 2.0, "ratio": value / 2, "baseline": None}
    scores = {"frechet_distance": score, "elbo": {**score, "real": None, "ratio": None}}
    facts = {"pixels": "grey", "codes": 100, "samples": 300, "features": "abc", "judge": 0.99, **facts}
    return {**facts, "scores": scores, "left_out": {"classifier_accuracy": "it does not classify"}}


def test_the_table_of_a_run_shows_value_floor_and_reason():
    shown = tables.table(evaluation(3.0))
    line = next(line for line in shown.splitlines() if "frechet_distance" in line)
    assert line.split()[1:6] == ["↓", "3", "2", "1.5", "–"]
    assert "it does not classify: classifier_accuracy" in shown


def test_runs_side_by_side_are_marked_where_their_pixels_differ():
    runs = {"a": evaluation(3.0), "b": evaluation(5.0, pixels="binary")}
    shown = tables.markdown(runs)
    assert "| frechet_distance | 3 (1.5×) | 5 (2.5×) | 2 | – |" in shown
    assert "| elbo | 3 grey | 5 binary | – | – |" in shown
    rows = list(csv.DictReader(io.StringIO(tables.as_csv(runs))))
    assert [row["value"] for row in rows if row["metric"] == "elbo"] == ["3.0", "5.0"]
    assert [row["left_out"] for row in rows if row["metric"] == "classifier_accuracy"] == ["it does not classify"] * 2
    json.dumps(runs)
