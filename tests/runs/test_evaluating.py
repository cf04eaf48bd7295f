import csv
import dataclasses
import io
import json

import numpy as np
import pytest

from kgen.fields import Image
from kgen.metrics import CATALOGUE, SampleMetrics
from kgen.runs import measures, tables
from tests.conftest import SHAPE, tiny


@pytest.fixture(scope="module")
def metrics(digits):
    return SampleMetrics(digits, samples=300)


def test_every_metric_is_measured_or_left_out_with_a_reason(digits, metrics):
    for name in ("cvae-cgan", "vae", "vae-gan", "gan"):
        model = tiny(name, digits.fields)
        found = {
            **measures.likelihood(model, digits, 2),
            **measures.samples(model, metrics, digits),
            **measures.latent(model, digits),
        }
        assert set(found) == set(CATALOGUE)
        scores = {key: score for key, score in found.items() if not isinstance(score, str)}
        assert all(np.isfinite([n for n in score if n is not None]).all() for score in scores.values())
        assert ("elbo" in scores) == hasattr(model, "log_likelihood")
        assert ("active_units" in scores) == hasattr(model, "encode")
        assert ("classifier_accuracy" in scores) == hasattr(model, "classify")
        assert ("nearest_neighbour_error" in scores) == (model.num_classes is not None)


def test_the_bound_with_one_code_is_the_elbo(digits):
    scores = measures.likelihood(tiny("cvae", digits.fields), digits, 1)
    assert scores["log_likelihood"].value == pytest.approx(scores["elbo"].value, rel=2e-3)
    assert scores["elbo"].baseline == pytest.approx(-27.22, abs=0.05)  # independent pixels: the mean image
    assert isinstance(scores["bits_per_dimension"], str)


def test_bits_are_of_binary_pixels_or_of_stored_levels(digits):
    drawn = digits.binarised("static")
    binary = measures.likelihood(tiny("vae", drawn.fields), drawn, 1)
    assert binary["bits_per_dimension"].value == pytest.approx(-binary["log_likelihood"].value / 64 / np.log(2))
    density = measures.likelihood(tiny("vae", digits.fields, likelihood="continuous-bernoulli"), digits, 1)
    # An untrained decoder's density is all but even: as many bits as there are levels.
    assert density["bits_per_dimension"].value == pytest.approx(np.log2(17), abs=0.1)


@pytest.mark.parametrize("latent_dim", [1, 4096])
def test_codes_of_any_size_are_measured(digits, latent_dim, monkeypatch):
    monkeypatch.setattr(measures, "IMAGES", 200)
    model = tiny("vae", digits.fields, latent_dim=latent_dim)
    scores = {**measures.likelihood(model, digits, 3), **measures.latent(model, digits)}
    assert np.isfinite(scores["log_likelihood"].value)
    assert 0 <= scores["active_units"].value <= latent_dim


def test_codes_of_one_class_leave_the_probes_out_with_the_reason(digits):
    threes = dataclasses.replace(digits, **{
        name: split.subset(np.flatnonzero(split.labels == 3))
        for name, split in (("train", digits.train), ("test", digits.test))
    })  # fmt: skip
    scores = measures.latent(tiny("vae", digits.fields), threes)
    assert "at least two classes; these are of one" in scores["linear_probe"]
    assert scores["active_units"].value >= 0


def test_float_pixels_are_binary_only_if_they_are_black_or_white(digits):
    fields = {**digits.fields, "x": Image(SHAPE)}
    values = {**digits.test.values, "x": digits.test.scaled()}
    grey = dataclasses.replace(digits, test=dataclasses.replace(digits.test, values=values, fields=fields))
    assert isinstance(measures.likelihood(tiny("vae", fields), grey, 1)["bits_per_dimension"], str)
    assert not grey.test.binary and digits.binarised("static").test.binary


def evaluation(value, **facts):
    score = {"value": value, "real": 2.0, "ratio": value / 2, "baseline": None}
    scores = {"frechet_distance": score, "elbo": {**score, "real": None, "ratio": None}}
    facts = {"pixels": "grey", "codes": 100, "samples": 300, "features": "abc", "judge": 0.99, **facts}
    return {**facts, "scores": scores, "left_out": {"classifier_accuracy": "it does not classify"}}


def test_the_table_of_a_run_shows_value_floor_and_reason():
    shown = tables.table(evaluation(3.0))
    line = next(line for line in shown.splitlines() if "frechet_distance" in line)
    assert line.split()[1:6] == ["↓", "3", "2", "1.5", "–"]
    assert "classifier_accuracy: it does not classify" in shown


def test_runs_side_by_side_are_marked_where_their_pixels_differ():
    runs = {"a": evaluation(3.0), "b": evaluation(5.0, pixels="binary")}
    shown = tables.markdown(runs)
    assert "| frechet_distance | 3 (1.5×) | 5 (2.5×) | 2 | – |" in shown
    assert "| elbo | 3 grey | 5 binary | – | – |" in shown
    rows = list(csv.DictReader(io.StringIO(tables.as_csv(runs))))
    assert [row["value"] for row in rows if row["metric"] == "elbo"] == ["3.0", "5.0"]
    assert [row["left_out"] for row in rows if row["metric"] == "classifier_accuracy"] == ["it does not classify"] * 2
    json.dumps(runs)
