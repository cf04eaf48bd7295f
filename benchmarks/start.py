"""How long kgen takes to start: its help, its import, the first training step; and peak memory.

Every time is of a process from start to end, for the first step without the interpreter's shutdown:
the least and the median of rounds in which all take turns.

Example:
    python benchmarks/start.py
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import common

FIRST_STEP = """
import os
import numpy as np
from kgen.models import {model}
model = {model}.from_shape((28, 28, 1){options})
model.compile()
model.fit(np.zeros((128, 28, 28, 1), "float32"), np.zeros(128, "int32"), batch_size=128, verbose=0)
os._exit(0)
"""
MODELS = {"VAE": "", "CVAECGAN": ", num_classes=10"}


def started(command, backend="tensorflow"):
    """A contender: the seconds that a process took, and the most memory it held in MB."""

    def run():
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "KERAS_BACKEND": backend},
        )
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0, f"{command} failed"
        return time.perf_counter() - start, usage.ru_maxrss / 1024

    return run


def contenders():
    """Every start, by its line in the table."""
    python = [sys.executable, "-c"]
    starts = {
        "`kgen --help`": started([Path(sys.executable).with_name("kgen"), "--help"])
    }
    starts["`import kgen`"] = started([*python, "import kgen"])
    for backend in ("tensorflow", "jax"):
        for model, options in MODELS.items():
            script = FIRST_STEP.format(model=model, options=options)
            starts[f"first step of {model}, {backend}"] = started(
                [*python, script], backend
            )
    return starts


def row(name, runs):
    """A start's line of the table."""
    seconds, memory = zip(*runs, strict=True)
    return [
        name,
        f"{min(seconds):.2f}",
        f"{statistics.median(seconds):.2f}",
        f"{max(memory):.0f}",
    ]


def main():
    arguments = common.parser(__doc__).parse_args()
    print(common.machine())
    runs = common.interleaved(contenders(), arguments.rounds)
    rows = [row(name, runs[name]) for name in runs]
    print(common.table(["", "s, least", "s, median", "most memory, MB"], rows))


if __name__ == "__main__":
    main()
