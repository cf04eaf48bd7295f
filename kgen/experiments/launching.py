"""Several processes of one training on this machine."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

PATIENCE_SECONDS = 45  # a process notices within half a minute that another has ended


def launch(processes: int, command: Callable[[str, int], Sequence[str]]) -> None:
    """Runs ``processes`` processes, number i by the command line ``command(address, i)``.

    If one fails, the others are stopped, and an error says which one failed and why.
    """
    # A batch system ends a job with this signal: the processes must not outlive the job.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    place = f"localhost:{_free_port()}"
    children: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory() as folder:
        logs = [Path(folder) / f"{i}.log" for i in range(processes)]
        try:
            for i, log in enumerate(logs):
                children.append(_begin(command(place, i), i, log))
            print(
                f"Processes 0 to {processes - 1} have the PIDs",
                *(child.pid for child in children),
                flush=True,
            )
            failed = _first_failure(children, logs)
            wait(children, PATIENCE_SECONDS)
        except KeyboardInterrupt:
            # The terminal sends it to all processes: process 0 draws what it has.
            wait(children, PATIENCE_SECONDS)
            raise
        finally:
            for child in children:
                child.kill()
        if failed is not None:
            raise ChildProcessError(
                _story(failed, children[failed].returncode, logs[failed])
            )


def _free_port():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def _begin(command, number, log):
    # Only the first process prints. The output of the others is kept to explain a failure.
    with log.open("w") as errors:
        shown = None if number == 0 else errors
        return subprocess.Popen(command, stdout=shown, stderr=errors)


def _first_failure(children, logs):
    while True:
        codes = [child.poll() for child in children]
        failed = [i for i, code in enumerate(codes) if code]
        if failed:
            # The cause, not its consequence: signals (below 0) before errors, and errors before
            # lost connections.
            return min(
                failed,
                key=lambda i: (
                    codes[i],
                    "lost the others" in logs[i].read_text(errors="replace"),
                ),
            )
        if None not in codes:
            return None
        time.sleep(0.1)


def wait(children: Collection[subprocess.Popen[bytes]], seconds: float) -> None:
    """Waits until all processes have ended, at most some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(child.poll() is not None for child in children):
            return
        time.sleep(0.1)


def _story(number, code, log):
    lines = log.read_text(errors="replace").splitlines()
    if code < 0:
        out_of_memory = (
            ", as the system does when memory runs out"
            if -code == signal.SIGKILL
            else ""
        )
        end, why = f"was killed by {signal.Signals(-code).name}{out_of_memory}", []
    else:
        end = f"failed with exit code {code}"
        why = [line for line in lines if line.startswith("Error: ")] or lines[-5:]
    return "\n  ".join([f"Process {number} {end}; the others were stopped.", *why])
