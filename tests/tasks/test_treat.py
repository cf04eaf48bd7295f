"""Pairs of which only some have a known response: what is drawn and measured uses those."""

import numpy as np
import pytest

from kgen import tasks
from kgen.data import Data
from kgen.fields import PartialLabel, Vector
from kgen.tasks.study import Settings, Study
from tests.conftest import tiny

COUNT, GENES = 60, 4


@pytest.fixture(scope="module")
def subject():
    random = np.random.default_rng(0)
    x = random.normal(size=(COUNT, GENES)).astype("float32")
    y = np.where(np.arange(COUNT) % 3 == 1, -1, np.arange(COUNT) % 2)
    values = {"x": x, "after": x + 1, "y": y}
    fields = {
        "x": Vector.of(x, "x"),
        "after": Vector.of(x, "after"),
        "y": PartialLabel.of(y, "y"),
    }
    data = Data.from_arrays("pairs", values, fields)
    return tiny("dr-vae", data.fields), data


def measured(subject, name):
    return tasks.named(name, *subject).measure(
        Study(*subject, settings=Settings(samples=5))
    )


def test_an_untrained_model_foretells_what_it_reconstructs_and_the_mean_change_is_right(
    subject,
):
    scores = {name: score.value for name, score in measured(subject, "treat").items()}
    deviations = np.asarray(subject[0].fields["x"].deviation)
    assert scores["change_error_of_none"] == pytest.approx(
        np.mean(1 / deviations**2), rel=1e-4
    )
    assert scores["change_error_of_mean"] == pytest.approx(0, abs=1e-6)
    assert scores["change_error_of_ridge"] < 0.1


@pytest.mark.parametrize("name", ["classify", "respond"])
def test_responses_are_measured_where_they_are_known(name, subject):
    assert -1 in subject[1].test["y"]
    scores = measured(subject, name)
    assert scores and all(
        0 <= score.value <= 1 for metric, score in scores.items() if "auc" in metric
    )


def test_pictures_are_drawn_of_known_responses(subject):
    assert set(tasks.load("classify").test_figures(*subject)) == set(
        tasks.load("classify").files
    )
