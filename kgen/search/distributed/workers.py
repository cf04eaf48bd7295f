"""The workers of a search on this machine, each with its share of the cores and its own GPU."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from kgen.experiments.launching import wait
from kgen.search.distributed.chief import given_up
from kgen.search.oracles import Durable

PARENT, NAME, GPUS = "KGEN_CHIEF_PID", "KGEN_WORKER", "KGEN_GPUS"
THREADS = (
    "OMP_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


class Workers:
    """Processes that are workers of one chief.

    Args:
        count: int.
        command: list of str, what each of them runs.
        folder: path, where each writes its log.
    """

    def __init__(self, count: int, command: Sequence[str], folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.logs = {f"worker-{i}": folder / f"worker-{i}.log" for i in range(count)}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        for number, (name, log) in enumerate(self.logs.items()):
            self.running[name] = _begun(name, number, count, command, log)
        for name, child in self.running.items():
            print(
                f"{name} has the PID {child.pid} and writes to {self.logs[name]}",
                flush=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        self.stop()

    def watch(self, oracle: Durable) -> None:
        """Reassigns the trial of a worker that failed; raises once all workers have ended."""
        for name, child in list(self.running.items()):
            if child.poll() is not None:
                del self.running[name]
                if child.returncode:
                    given_up(oracle, name, f"{_end(child.returncode)}")
        known = {*oracle.tuner_ids, *oracle.ongoing_trials}
        if (
            self.logs
            and not self.running
            and known <= set(self.logs)
            and (known or not oracle.end_order)
        ):
            raise ChildProcessError(f"All workers have ended.\n{self._last_words()}")

    def stop(self) -> None:
        """Ends the workers that are left."""
        for child in self.running.values():
            child.terminate()
        wait(self.running.values(), 10)
        for child in self.running.values():
            child.kill()

    def _last_words(self):
        texts = (
            f"{name}: {log.read_text(errors='replace').strip()[-500:]}"
            for name, log in self.logs.items()
        )
        return "\n".join(texts)


def free_address() -> str:
    """An address of this machine whose port is free."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return f"localhost:{probe.getsockname()[1]}"


def leave_with_chief() -> None:
    """Ends this process when the chief that started it has ended, by a kill too."""
    parent = int(os.environ.get(PARENT, 0))

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    if parent:
        threading.Thread(target=watch, daemon=True).start()


def own_name() -> str:
    """This worker's name for the chief. KerasTuner takes any name with 'chief' for the chief's."""
    host = socket.gethostname().replace("chief", "host")
    return os.environ.get(NAME, f"worker-{host}-{os.getpid()}")


def _begun(name, number, count, command, log):
    share = str(max(1, len(os.sched_getaffinity(0)) // count))
    environment = {
        **os.environ,
        **dict.fromkeys(THREADS, share),
        PARENT: str(os.getpid()),
        NAME: name,
    }
    gpus = _gpus()
    if gpus:
        environment["CUDA_VISIBLE_DEVICES"] = gpus[number % len(gpus)]
    with log.open("a") as file:
        return subprocess.Popen(command, stdout=file, stderr=file, env=environment)


def _gpus():
    # The driver is asked: TensorFlow would take the memory of every GPU.
    if os.environ.get(GPUS):
        return os.environ[GPUS].split(",")
    try:
        listed = subprocess.run(
            ["nvidia-smi", "-L"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return list(map(str, range(len(listed.splitlines()))))


def _end(code):
    return (
        f"was killed by {signal.Signals(-code).name}"
        if code < 0
        else f"ended with code {code}"
    )
