"""A test of a run, the quick part of its evaluation."""

import pytest

from kgen.experiments import testing, training
from kgen.experiments.evaluating import evaluate
from kgen.runs.config import RunConfig


def test_a_poor_judge_is_told_by_its_own_accuracy_and_refused_by_an_evaluation(tmp_path, monkeypatch):
    monkeypatch.setattr("kgen.metrics.sample_metrics.LEAST_ACCURACY", 1.01)
    options = {"latent_dim": 2, "width": 4}
    run = training.start(tmp_path / "run", RunConfig("cvae", "digits", epochs=1, batch_size=64, options=options))
    numbers = testing.test(run)
    assert numbers["outside_classifier_accuracy_of_real"] > 0.9
    assert (run.path / "test_reconstructions.png").exists()
    with pytest.raises(ValueError, match="The outside classifier of digits reads 9.*less than 101%"):
        evaluate(run, ["samples"])
