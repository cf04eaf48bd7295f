"""One training at a time in a run directory, and evaluations beside it."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kgen.experiments import comparing, training
from kgen.experiments.contents import PAGE
from kgen.experiments.evaluating import evaluate, measure, studied
from kgen.runs.config import RunConfig
from kgen.runs.locks import locked
from kgen.runs.run import Run
from kgen.tasks.study import Settings
from tests.cli.test_cli import kgen

HOLD = """
import sys, time
from kgen.runs.run import Run
with Run(sys.argv[1]).held():
    print("held", flush=True)
    time.sleep(99)
"""
WAIT = """
import sys
from kgen.runs.locks import locked
print("waiting", flush=True)
with locked(sys.argv[1]):
    print("got it")
"""
SMALL = RunConfig("vae", "digits", epochs=1, batch_size=512, options={"width": 4})


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return training.start(tmp_path_factory.mktemp("locked") / "run", SMALL, eager=True)


def test_the_lock_of_a_killed_process_is_lifted(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "run"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    with (
        pytest.raises(
            ValueError, match=r"Another process is training .*/run\. Let it finish"
        ),
        Run(tmp_path / "run").held(),
    ):
        pass
    holder.kill()
    holder.communicate()
    with Run(tmp_path / "run").held():
        assert (tmp_path / "run" / ".lock").exists()


def test_a_lock_without_words_is_waited_for(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True
    )
    holder.stdout.readline()
    waiting = subprocess.Popen(
        [sys.executable, "-c", WAIT, tmp_path / ".lock"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdout.readline() == "waiting\n" and waiting.poll() is None
    holder.kill()
    assert waiting.communicate(timeout=60)[0] == "got it\n"
    holder.communicate()


@pytest.mark.parametrize("again", [
    lambda run: training.resume(run, epochs=5),
    lambda run: kgen("train", "--resume", run.path, "--epochs", 5, code=1),
])  # fmt: skip
def test_a_second_training_of_a_run_is_refused_and_changes_nothing(run, again):
    before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    with run.held():
        try:
            shown = again(run)
        except ValueError as error:
            shown = str(error)
    assert f"Another process is training {run.path}" in shown
    assert {
        path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()
    } == before


def test_two_starts_at_once_are_one_run(tmp_path):
    run = Run(tmp_path / "run")
    with run.held(), pytest.raises(ValueError, match="Another process is training"):
        training.start(run.path, SMALL)
    assert not run.begun
    assert len(training.start(run.path, SMALL).history) == 1


def test_an_evaluation_is_of_the_model_that_was_read_and_not_of_the_epochs_since(run):
    study = studied(run, Settings(latents=2))
    read = study.model.epochs_trained
    training.resume(run, epochs=read + 1)
    assert len(run.history) == read + 1
    assert measure(run, study, ["latent"])["epochs"] == read
    assert comparing.evaluated(run) == {}
    assert measure(run, studied(run), ["latent"])["epochs"] == read + 1
    assert comparing.evaluated(run)["epochs"] == read + 1


class Slow(Run):
    """A run that is read so slowly that another process would write in between."""

    def read_json(self, name):
        values = super().read_json(name)
        time.sleep(0.3)
        return values


@pytest.mark.whole
def test_of_two_evaluations_at_once_no_number_is_lost(run):
    run.update_json(
        "metrics.json",
        lambda before: {name: before[name] for name in before if name != "evaluation"},
    )
    with ThreadPoolExecutor(2) as pool:
        alone = list(
            pool.map(
                lambda group: evaluate(Slow(run.path), [group]),
                ("latent", "reconstructions"),
            )
        )
    found = run.read_json("metrics.json")
    assert {"active_units", "reconstruction_mse"} <= set(
        found["evaluation"]["scores"]
    ) and found["epoch"] >= 1
    # that of the last to write, which read the other's
    assert found["evaluation"] in alone
    page = (run.path / PAGE).read_text(encoding="utf-8")
    assert "active_units" in page and "reconstruction_mse" in page


def test_what_was_measured_of_other_epochs_is_not_kept(run):
    older = studied(run)
    training.resume(run, epochs=older.model.epochs_trained + 1)
    measure(run, studied(run), ["latent"])
    assert set(measure(run, older, ["reconstructions"])["scores"]) == {
        "reconstruction_mse",
        "reconstruction_sharpness",
    }


def test_a_lock_is_given_back(tmp_path):
    for _ in range(2):
        with (
            locked(tmp_path / "lock", "taken"),
            pytest.raises(ValueError, match="taken"),
            locked(tmp_path / "lock", "taken"),
        ):
            pass
