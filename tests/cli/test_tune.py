"""The course's exercise from the command line, and what a search refuses before it trains."""

import csv
import json
import re
import subprocess
import sys

import grpc
import pytest

from kgen.runs.run import Run
from kgen.search.distributed import chief, worker, workers
from tests.cli.test_cli import command, kgen

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    """A grid of two hyperparameters of a small cVAE, and what it showed."""
    folder = tmp_path_factory.mktemp("tune")
    options = [
        "--dataset",
        "digits",
        "--epochs",
        1,
        "--set",
        "width=4",
        "--batch-size",
        256,
        "--run",
        folder / "search",
    ]
    shown = kgen("tune", "cvae", "--grid", "beta=0.1,1", "latent_dim=2,4", *options)
    (folder / "shown.txt").write_text(shown)
    return folder


def test_the_exercise_shows_a_table_and_leaves_pictures(search):
    shown = (search / "shown.txt").read_text()
    assert (
        "cvae on digits, grid, points: 4 of beta=0.1,1.0 latent_dim=2,4; "
        "val_loss, the smaller the better." in shown
    )
    assert "Note: val_loss is another quantity for every beta" in shown
    assert [line.split()[:3] for line in shown.splitlines() if re.match(r"000\d ", line)] == [
        ["0000", "0.1", "2"], ["0001", "0.1", "4"], ["0002", "1", "2"], ["0003", "1", "4"]
    ]  # fmt: skip
    for name in ("heat_map.png", "parallel.png", "curves.png", "samples.png"):
        assert (
            f"{search / 'search' / name}" in shown
            and (search / "search" / name).stat().st_size > 0
        )


def test_the_best_configuration_trains_the_best_model_again(search):
    kgen(
        "train", "--config", search / "search" / "best.json", "--run", search / "again"
    )
    best, again = Run.open(search / "search" / "best"), Run.open(search / "again")
    assert again.history == best.history


def test_the_same_command_has_nothing_left_to_do_and_another_is_refused(search):
    options = [
        "--dataset",
        "digits",
        "--epochs",
        1,
        "--set",
        "width=4",
        "--batch-size",
        256,
        "--run",
        search / "search",
    ]
    before = (search / "search" / "records" / "0000.json").stat().st_mtime
    kgen("tune", "cvae", "--grid", "beta=0.1,1", "latent_dim=2,4", *options)
    assert before == (search / "search" / "records" / "0000.json").stat().st_mtime
    said = kgen(
        "tune", "cvae", "--grid", "beta=0.1,2", "latent_dim=2,4", *options, code=1
    )
    assert (
        "space was 'beta=0.1,1.0 latent_dim=2,4' and is 'beta=0.1,2.0 latent_dim=2,4'"
        in said
    )


CGAN = ["cgan", "width=4,8"]


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        (
            1,
            ["cvae", "betta=1,2"],
            "cvae has no hyperparameter 'betta'. Did you mean beta",
        ),
        (1, ["cvae"], "Nothing to search"),
        (1, ["cvae", "beta=low,high"], "beta of cvae is a number, such as 1.0"),
        (1, ["cvae", "beta=1,2", "--objective", "val_los"], "Did you mean val_loss"),
        (
            2,
            ["cvae", "latent_dim=2..300:1"],
            "latent_dim=2..300:1 has 299 points. Give --yes",
        ),
        (
            1,
            ["gan", "width=4,8"],
            "cannot be measured on the 135 validation values of digits",
        ),
        (1, ["sklearn:SCV", "C=1,2"], "no classifier 'SCV'. Did you mean SVC"),
        (
            2,
            ["cvae", "beta=1,2", "--role", "chief"],
            "--role chief|worker and --chief HOST:PORT go together",
        ),
        (
            2,
            ["cvae", "beta=1,2", "--role", "chief", "--chief", "node0"],
            "--chief node0 is not HOST:PORT",
        ),
        (
            1,
            ["cvae", "latent_dim=4,8.5"],
            "latent_dim of cvae is a whole number, such as 16",
        ),
        (
            1,
            [
                "cgan",
                "width=4,8",
                "--objective",
                "evaluation_classifier_accuracy",
                "--patience",
                2,
            ],
            "Leave patience out",
        ),
        (1, ["cvae", "beta=1,2", "--hyperband"], "Hyperband begins with"),
        (
            2,
            ["cvae", "beta=1,2", "--space", __file__],
            "NAME=VALUES or --space FILE, not both",
        ),
        (2, ["cvae", "--space", "nothing.yaml"], "'nothing.yaml' does not exist"),
        (
            1,
            ["cvae", "latent_dim=0,-1", "--epochs", 1],
            "No trial succeeded. Correct the values",
        ),
    ],
)
def test_bad_input_is_refused_before_anything_is_trained(
    code, arguments, said, tmp_path
):
    assert said in kgen(
        "tune", *arguments, "--dataset", "digits", "--run", tmp_path / "s", code=code
    )
    assert not list(tmp_path.glob("s/trials/*/history.csv"))


def test_two_workers_share_an_estimators_trials(tmp_path):
    search = command(
        "tune",
        "sklearn:KNeighborsClassifier",
        "n_neighbors=1,3,5,50",
        "--workers",
        2,
        "--run",
        "s",
    )
    done = subprocess.run(
        [*search, "--dataset", "digits"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert len(set(re.findall(r"PID (\d+)", done.stdout))) == 2
    with (tmp_path / "s" / "trials.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["n_neighbors"] for row in rows] == ["1", "3", "5", "50"]
    assert json.loads((tmp_path / "s" / "best.json").read_text())["n_neighbors"] < 50


def test_a_chief_that_never_comes_is_not_waited_for_long():
    address = workers.free_address()
    with pytest.raises(
        OSError, match=f"No chief answered at {address} for 0.3 seconds. Start it first"
    ):
        worker.join(address, "w", seconds=0.3)


def test_two_chiefs_at_one_port_are_refused():
    address = workers.free_address()
    server = grpc.server(None, options=[("grpc.so_reuseport", 0)])
    assert server.add_insecure_port(address)
    with pytest.raises(OSError, match=f"chief {address}: this port is taken"):
        chief.serve(None, address, None)
    server.stop(0)


def test_a_search_whose_workers_all_fail_says_why(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FAILING, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert (
        "All workers have ended." in done.stderr
        and "No such option '--nonsense'" in done.stderr
    )


FAILING = """
import sys, time
from pathlib import Path
from kgen.search.distributed.workers import Workers
class Oracle:
    ongoing_trials, tuner_ids, end_order = {}, set(), []
    def release(self, worker): return None
command = [sys.executable, "-m", "kgen", "tune", "--nonsense"]
with Workers(1, command, Path(sys.argv[1])) as own:
    while True:
        own.watch(Oracle())
        time.sleep(0.2)
"""
