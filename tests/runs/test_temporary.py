"""What a killed process leaves behind, and which process removes it."""

import os
import platform
import signal
import subprocess
import sys

import pytest

from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.runs.temporary import own_prefix, sweep
from kgen.search.objective import Objective
from kgen.search.record import Search

KILLED = """
import os, signal, sys
from kgen.runs.run import Run
with Run(sys.argv[1]).writing(sys.argv[2]) as temporary:
    temporary.write_bytes(bytes(1000))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def hidden(folder):
    return sorted(path for path in folder.rglob(".*") if path.is_file())


@pytest.mark.parametrize(
    "name", ["model.keras", "samples/epoch_0002.png", "history.csv"]
)
def test_opening_a_run_removes_what_a_killed_process_left(name, tmp_path):
    run = Run.create(tmp_path / "run", RunConfig("vae", "digits"))
    done = subprocess.run([sys.executable, "-c", KILLED, run.path, name], check=False)
    (left,) = hidden(run.path)
    assert (
        done.returncode == -signal.SIGKILL
        and left.stat().st_size == 1000
        and left.suffix in name
    )
    Run.open(run.path)
    assert hidden(run.path) == [] and (run.path / "config.json").exists()


def test_what_is_still_written_or_not_ours_stays(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    machine = platform.node()
    kept = [
        f"{own_prefix()}abcdefgh.keras",  # of this process
        f".{machine}-{os.getppid()}-abcdefgh.keras",  # of another that lives
        f".other-{machine}-{gone.pid}-abcdefgh.keras",  # of another machine
        ".notes-2-abcdefgh.txt",
        ".lock",
    ]
    for name in (
        *kept,
        f".{machine}-{gone.pid}-abcdefgh.keras",
        f".{machine}-{gone.pid}-abc_1234",
    ):
        (tmp_path / name).touch()
    sweep(tmp_path)
    assert [path.name for path in hidden(tmp_path)] == sorted(kept)


def test_a_search_that_goes_on_removes_what_was_left(tmp_path):
    search = Search(tmp_path / "search", Objective("val_loss", "min"))
    with search.held({"seed": 0}):
        (search.path / "records").mkdir()
    # more than Linux counts to
    left = search.path / "records" / f".{platform.node()}-{2**22 + 1}-abcdefgh.npy"
    left.touch()
    with search.held({"seed": 0}):
        assert not left.exists()
