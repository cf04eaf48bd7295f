"""kgen test, the quick part of an evaluation, and how reliable its statements on samples are."""

import csv
import io

import pytest
from click.testing import CliRunner

from kgen.cli import evaluate as evaluate_command
from kgen.cli import test as test_command
from kgen.experiments import tables, testing, training
from kgen.experiments.evaluating import evaluate
from kgen.runs.config import RunConfig
from kgen.tasks.study import Settings

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("few_resamples")]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    options = {"latent_dim": 2, "width": 4}
    path = tmp_path_factory.mktemp("runs") / "run"
    config = RunConfig("cvae", "digits", epochs=1, batch_size=256, options=options)
    return training.start(path, config, eager=True)


@pytest.fixture
def poor(monkeypatch):
    """An evaluation classifier whose accuracy is taken to be below the required one."""
    monkeypatch.setattr("kgen.metrics.sample_metrics.LEAST_ACCURACY", 1.01)


def test_a_test_with_a_poor_judge_says_so_and_draws(run, poor, capsys):
    numbers = testing.test(run)
    assert numbers["evaluation_classifier_accuracy_of_real"] > 0.9
    assert (run.path / "test_reconstructions.png").exists()
    assert (
        "Warning: the evaluation classifier of digits reads 9"
        in capsys.readouterr().out
    )


@pytest.fixture(scope="module")
def shown(run):
    """What both commands print of the run, by command."""
    asked = {
        "test": (test_command, ()),
        "evaluate": (evaluate_command, ("--latents", 2)),
    }
    arguments = {
        name: [str(run.path), *map(str, options)]
        for name, (_, options) in asked.items()
    }
    return {
        name: CliRunner()
        .invoke(module.command, arguments[name], catch_exceptions=False)
        .output
        for name, (module, _) in asked.items()
    }


def test_an_evaluation_with_a_poor_judge_measures_what_needs_none(run, poor, capsys):
    found = evaluate(run, ["use", "likelihood", "latent"], Settings(latents=2))
    assert {"elbo", "evaluation_classifier_accuracy", "active_units"} <= set(
        found["scores"]
    )
    warning = "Warning: the evaluation classifier of digits reads 9"
    assert capsys.readouterr().out.count(warning) == 1


@pytest.mark.parametrize(
    ("command", "marked", "unmarked"),
    [
        (
            "test",
            ["evaluation_classifier_accuracy"],
            ["sharpness", "reconstruction_mse"],
        ),
        (
            "evaluate",
            ["evaluation_classifier_accuracy", "frechet_distance", "memorisation"],
            ["sharpness", "two_sample_accuracy", "elbo"],
        ),
    ],
)
def test_a_command_shows_the_accuracy_of_the_judge_beside_what_rests_on_it(
    command, marked, unmarked, shown, run
):
    lines = {
        line.split()[0]: line for line in shown[command].splitlines() if line.split()
    }
    accuracy = tables.number(evaluation(run)["judge"])
    assert all(accuracy in lines[name].split() for name in marked)
    assert not any(accuracy in lines[name].split() for name in unmarked)


@pytest.mark.usefixtures("shown")
def test_runs_side_by_side_show_it_too(run):
    evaluations = {"run": evaluation(run)}
    accuracy = evaluations["run"]["judge"]
    for text in (
        tables.markdown(evaluations),
        tables.overview(evaluations, {"run": 1}),
    ):
        assert f"judge {accuracy:.1%}" in text
    rows = {
        row["metric"]: row
        for row in csv.DictReader(io.StringIO(tables.as_csv(evaluations)))
    }
    assert (
        float(rows["precision"]["judge"]) == accuracy
        and rows["sharpness"]["judge"] == ""
    )


def evaluation(run):
    return run.read_json("metrics.json")["evaluation"]


def test_numbers_of_before_have_no_word_of_their_judge():
    assert tables.judged({"value": 1.0}) == ""
    assert (
        tables.judged({"value": 1.0, "judge": 0.752}, {"judge": 0.8})
        == " · judge 75.2% or 80.0%"
    )
