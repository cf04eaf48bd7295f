"""How several processes of a training end, seen by their launcher."""

import os
import re
import signal
import sys

import pytest

from kgen.experiments.launching import launch

WAITS = "import time; time.sleep(60)"
FAILS = "import sys; sys.exit('Loading.\\nError: batch_size=63 cannot be divided')"
KILLED = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture(autouse=True)
def own_handler():
    """The launcher handles SIGTERM; the tests after it should not."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def launched(*programs):
    launch(
        len(programs), lambda place, number: [sys.executable, "-c", programs[number]]
    )


def test_processes_that_end_well_are_told_by_number(capfd):
    launched("pass", "print('of the second')")
    shown = capfd.readouterr().out
    assert shown.startswith("Processes 0 to 1 have the PIDs ")
    assert "of the second" not in shown


@pytest.mark.parametrize(
    ("program", "end"),
    [
        (
            FAILS,
            "failed with exit code 1; the others were stopped.\n  Error: batch_size=63",
        ),
        (KILLED, "was killed by SIGKILL, as the system does when memory runs out"),
    ],
    ids=["fails", "killed"],
)
def test_a_process_that_fails_is_named_with_its_error_and_ends_the_others(
    program, end, monkeypatch, capfd
):
    monkeypatch.setattr("kgen.experiments.launching.PATIENCE_SECONDS", 0.2)
    # The error holds the processes, which nobody else waits for.
    with pytest.raises(ChildProcessError, match=f"Process 1 {end}") as _:
        launched(WAITS, program)
    first = int(re.search(r"have the PIDs (\d+)", capfd.readouterr().out)[1])
    _, status = os.waitpid(first, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
