"""Several processes of one training, run as users run them; always under JAX."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from kgen.runs.run import Run

WITHOUT_JAX = importlib.util.find_spec("jax") is None
pytestmark = [
    pytest.mark.whole,
    pytest.mark.skipif(WITHOUT_JAX, reason="the extra 'jax' is not installed"),
]
SMALL = ["cvae", "--dataset", "digits", "--batch-size", "64", "--set", "width=4"]


def begin(*arguments, environment=(), **options):
    return subprocess.Popen(
        [sys.executable, "-m", "kgen", "train", *map(str, arguments)],
        env={**os.environ, "KERAS_BACKEND": "jax", **dict(environment)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )


def finished(process, code=0):
    shown, _ = process.communicate(timeout=300)
    assert process.returncode == code, shown
    return shown


def slurm(number):
    """The variables that srun sets for one of two tasks, as if on this host."""
    job = {
        "SLURM_JOB_ID": str(os.getpid()),
        "SLURM_STEP_NODELIST": "localhost",
        "SLURM_NTASKS": "2",
    }
    return {
        **job,
        "SLURM_STEP_NUM_TASKS": "2",
        "SLURM_PROCID": str(number),
        "SLURM_LOCALID": str(number),
    }


def wait_for(path, process):
    while not path.exists():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)


def test_two_processes_train_as_two_devices(tmp_path):
    shown = finished(
        begin(*SMALL, "--epochs", 1, "--processes", 2, "--run", tmp_path / "processes")
    )
    finished(
        begin(*SMALL, "--epochs", 1, "--devices", 2, "--run", tmp_path / "devices")
    )
    assert len(re.findall("^ +1/1 ", shown, re.MULTILINE)) == 1
    processes, devices = (
        Run.open(tmp_path / name) for name in ("processes", "devices")
    )
    for row, other in zip(processes.history, devices.history, strict=True):
        assert row == pytest.approx(other, rel=1e-5)
    for weight, other in zip(
        processes.model().get_weights(), devices.model().get_weights(), strict=True
    ):
        np.testing.assert_allclose(weight, other, atol=1e-5)
    assert {path.name for path in processes.path.iterdir()} == {
        path.name for path in devices.path.iterdir()
    }


@pytest.mark.slow
def test_a_killed_process_is_named_and_the_run_goes_on_with_one(tmp_path):
    launcher = begin(
        *SMALL, "--epochs", 12, "--processes", 2, "--run", tmp_path / "run"
    )
    second = int(launcher.stdout.readline().split()[-1])
    wait_for(tmp_path / "run/samples/epoch_0001.png", launcher)
    os.kill(second, signal.SIGKILL)
    shown = finished(launcher, code=1)
    assert (
        "Process 1 was killed by SIGKILL" in shown
        and f"kgen train --resume {tmp_path / 'run'}" in shown
    )
    done = Run.open(tmp_path / "run").model().epochs_trained
    shown = finished(begin("--resume", tmp_path / "run"))
    assert (
        1 <= done < 12 and f" {done}/12 " not in shown and f" {done + 1}/12 " in shown
    )
    assert [row["epoch"] for row in Run.open(tmp_path / "run").history] == list(
        range(1, 13)
    )


@pytest.mark.slow
def test_ctrl_c_reaches_all_processes_and_leaves_the_pictures(tmp_path):
    # A terminal signals the whole group; a shell's background jobs would ignore the signal.
    heard = {
        "start_new_session": True,
        "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    }
    launcher = begin(
        *SMALL, "--epochs", 99, "--processes", 2, "--run", tmp_path / "run", **heard
    )
    wait_for(tmp_path / "run/samples/epoch_0001.png", launcher)
    os.killpg(launcher.pid, signal.SIGINT)
    shown = finished(launcher, code=130)
    assert (
        "the pictures of the finished epochs are drawn" in shown
        and "kgen train --resume" in shown
    )
    assert (tmp_path / "run/curves.png").stat().st_size > 0


@pytest.mark.slow
def test_a_process_under_slurm_stops_within_a_minute_of_the_others_death(tmp_path):
    tasks = [
        begin(*SMALL, "--epochs", 99, "--run", tmp_path / "run", environment=slurm(i))
        for i in (0, 1)
    ]
    wait_for(tmp_path / "run/samples/epoch_0001.png", tasks[0])
    tasks[0].kill()
    shown, _ = tasks[1].communicate(timeout=60)
    assert tasks[1].returncode not in (0, None), shown
    assert not re.search("^Epoch", shown, re.MULTILINE)


@pytest.mark.slow
def test_a_process_that_fails_says_why_through_the_launcher(tmp_path):
    shown = finished(
        begin(*SMALL, "--batch-size", 63, "--processes", 2, "--run", tmp_path / "run"),
        code=1,
    )
    assert "batch_size=63 cannot be divided among 2 devices" in shown
    assert not (tmp_path / "run").exists()
