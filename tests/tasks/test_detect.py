"""Normal pictures with the same gradient, anomalies with a bright square at a known place."""

import numpy as np
import pytest

from kgen import tasks
from kgen.data import Data
from kgen.data.anomalies import leave_out, leave_out_anomalies
from kgen.experiments import building
from kgen.fields import Image, Label
from kgen.metrics.catalogue import of_groups
from kgen.runs.config import RunConfig
from kgen.tasks.study import Study
from tests.conftest import tiny

CLASSES = ["left", "right"]


@pytest.fixture(scope="module")
def squares():
    """Data of 130 normal pictures and 30 with a square, in all splits."""
    random = np.random.default_rng(0)
    x = np.linspace(0.1, 0.5, 8)[:, None, None] + random.normal(
        0.0, 0.02, (160, 8, 8, 1)
    )
    anomaly, masks = np.arange(160) % 16 < 3, np.zeros((160, 8, 8), bool)
    masks[anomaly, 2:5, 3:6] = True
    x = np.clip(x + 0.4 * masks[..., None], 0.0, 1.0).astype("float32")
    values = {"x": x, "y": anomaly.astype("int32")}
    fields = {"x": Image((8, 8, 1)), "y": Label(2, CLASSES)}
    facts = {"anomaly": anomaly, "anomaly_mask": masks}
    return Data.from_arrays("squares", values, fields, facts=facts)


def test_training_and_validation_lose_what_is_left_out(squares):
    for normal in (leave_out(squares, ["right"]), leave_out_anomalies(squares)):
        assert not normal.train["y"].any() and not normal.validation["y"].any()
        np.testing.assert_array_equal(
            normal.test.facts["anomaly"], squares.test["y"] == 1
        )
        assert len(normal.test) == len(squares.test) and "anomalies" in normal.notes[-1]
    assert leave_out(squares, []) is squares


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (["up"], "'up' is none of the classes"),
        (CLASSES, "the test holds only anomalies"),
    ],
)
def test_classes_that_cannot_be_left_out_are_refused(squares, classes, message):
    with pytest.raises(ValueError, match=message):
        leave_out(squares, classes)


def test_known_anomalies_in_the_training_are_refused(squares):
    config = RunConfig("anogan", "squares", options={"width": 4, "latent_dim": 3})
    with pytest.raises(
        ValueError, match="of 122 train values are anomalies.* normal_only=True"
    ):
        building.build(config, squares)


def test_a_training_that_ends_before_the_encoder_begins_is_refused(squares):
    options = {"width": 4, "latent_dim": 3, "game_epochs": 5}
    config = RunConfig("f-anogan", "squares", epochs=5, options=options)
    with pytest.raises(
        ValueError, match="epochs=5 ends in the stage 'game' of f-anogan"
    ):
        building.build(config, leave_out_anomalies(squares))


def test_anomalies_are_measured_and_drawn(squares):
    data, model = leave_out_anomalies(squares), tiny("anogan", search_steps=5)
    detect = tasks.named("detect", model, data)
    scores = detect.measure(Study(model, data))
    assert set(scores) == set(of_groups(["anomalies"]))
    told = {name: score for name, score in scores.items() if isinstance(score, str)}
    assert set(told) == {"anomaly_false_alarms"}  # of eleven validation values
    assert (
        "needs at least 19 normal validation values; these are 11"
        in told["anomaly_false_alarms"]
    )
    # The baseline is PCA, which sees such squares at once.
    assert (
        scores["anomaly_auc"].baseline == 1.0
        and scores["anomaly_point_auc"].baseline > 0.9
    )
    assert scores["anomaly_auc"].low is not None
    assert set(detect.test_figures(model, data)) == set(detect.files)


def test_data_without_known_anomalies_are_not_measured(digits):
    with pytest.raises(
        ValueError, match="it is not known which test values are anomalies"
    ):
        tasks.named("detect", tiny("anogan"), digits)
