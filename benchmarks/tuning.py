"""What a hyperparameter search costs, and that it loses nothing: killed, with workers, on the disk.

Example:
    python benchmarks/tuning.py FOLDER --parts kills lost overhead
    python benchmarks/tuning.py FOLDER --parts workers disk
"""

import contextlib
import csv
import itertools
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import common

KILLS, GRID = 10, ["beta=0.3,1,3", "latent_dim=2,4,8"]
TIMES = {"seconds"}
MOMENTS = 5, 11  # seconds after a start, of which imports take the first five or so


def command(path, *arguments):
    """The words of a search that leaves its directory at ``path``."""
    return [sys.executable, "-m", "kgen", "tune", *arguments, "--run", str(path)]


def finished(path, *arguments):
    """Seconds of a whole search."""
    start = time.perf_counter()
    with Path(f"{path}.log").open("a") as log:
        subprocess.run(command(path, *arguments), check=True, stdout=log, stderr=log)
    return time.perf_counter() - start


def outcome(path):
    """The lines of trials.csv but for times, and the best."""
    rows = [
        {name: cell for name, cell in row.items() if name not in TIMES}
        for row in lines(path)
    ]
    return rows, json.loads((path / "best.json").read_text())


def lines(path):
    """The lines of trials.csv, a dict each."""
    with (path / "trials.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def kills(folder):
    """A 3 × 3 grid killed at random moments of its time, against the same one left alone."""
    search = ["cvae", *GRID, "--dataset", "digits", "--epochs", "12"]
    finished(folder / "whole", *search)
    moments, killed, count = random.Random(0), folder / "killed", 0
    for _ in range(KILLS):
        with Path(f"{killed}.log").open("a") as log:
            child = subprocess.Popen(command(killed, *search), stdout=log, stderr=log)
        try:
            child.wait(moments.uniform(*MOMENTS))
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            count += 1
        child.wait()
    finished(killed, *search)
    (rows, best), (rows_whole, best_whole) = outcome(killed), outcome(folder / "whole")
    trials = len({(row["beta"], row["latent_dim"]) for row in rows})
    cells = [count, f"{trials} of 9", len(rows), rows == rows_whole, best == best_whole]
    return common.table(
        ["kills", "points", "lines", "same trials.csv but for times", "same best"],
        [cells],
    )


def lost(folder):
    """Two workers, one of which is killed in its first trial and never comes back."""
    path = folder / "lost"
    search = [
        "cvae",
        *GRID[:1],
        "latent_dim=2,8",
        "--dataset",
        "digits",
        "--epochs",
        "6",
        "--workers",
        "2",
    ]
    child = subprocess.Popen(
        command(path, *search),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    worker = int(
        next(filter(None, (re.search(r"PID (\d+)", line) for line in child.stdout)))[1]
    )
    while not list((path / "trials").glob("*/history.csv")):
        time.sleep(0.2)
    os.kill(worker, signal.SIGKILL)
    said = [line for line in child.stdout if "given out again" in line]
    states = [row["status"] for row in lines(path)]
    return common.table(
        ["exit code", "trials completed", "said"],
        [[child.wait(), f"{states.count('completed')} of 6", *said]],
    )


def overhead(folder):
    """Seconds of a trial beyond those of the same training in a process that has trained before."""
    from kgen.experiments.resuming import trained
    from kgen.search import GenerativeHyperModel, Space, Tuning

    import keras

    space = Space({"beta": [0.3, 0.5, 1.0, 2.0, 3.0]})
    subject = GenerativeHyperModel(
        {"model": "cvae", "dataset": "digits", "epochs": 10}, space
    )
    starts = []

    def plain(beta):
        with (folder / "plain.txt").open("a") as log, contextlib.redirect_stdout(log):
            trained(folder / f"plain-{beta}", subject.configured({"beta": beta}))
        keras.backend.clear_session(free_memory=True)

    for beta in space.entries["beta"]:
        starts.append(time.perf_counter())
        plain(beta)
    starts.append(time.perf_counter())
    alone = [after - before for before, after in itertools.pairwise(starts)][1:]
    before = time.time()
    Tuning(folder / "overhead", subject).run()
    ends = [
        before,
        *(
            path.stat().st_mtime
            for path in sorted((folder / "overhead" / "records").glob("*.json"))
        ),
    ]
    trials = [after - before for before, after in itertools.pairwise(ends)][1:]
    cells = [f"{statistics.median(times):.1f}" for times in (alone, trials)]
    more = statistics.median(trials) - statistics.median(alone)
    return common.table(
        ["training alone, s", "a trial, s", "more, s"], [[*cells, f"{more:.2f}"]]
    )


def workers(folder):
    """Six trials with two workers on this machine, against one."""
    search = [
        "cvae-cgan",
        "beta=0.3,1,3",
        "latent_dim=4,8",
        "--dataset",
        "digits",
        "--epochs",
        "130",
    ]
    times = {
        count: finished(folder / f"workers-{count}", *search, "--workers", str(count))
        for count in (1, 2)
    }
    shortest = min(float(row["seconds"]) for row in lines(folder / "workers-1"))
    cells = [
        f"{times[1]:.0f}",
        f"{times[2]:.0f}",
        f"{shortest:.0f}",
        f"{times[2] / times[1]:.2f}",
    ]
    return common.table(
        ["one worker, s", "two workers, s", "shortest trial, s", "two / one"], [cells]
    )


def disk(folder):
    """Models left by 50 trials of a cVAE-cGAN on MNIST of which three are kept."""
    path = folder / "disk"
    betas = ",".join(str(round(0.1 * step, 1)) for step in range(1, 11))
    small = [f"--set={player}_width=8" for player in ("discriminator",)]
    finished(
        path,
        "cvae-cgan",
        f"beta={betas}",
        "latent_dim=2,4,8,16,32",
        "--dataset",
        "mnist",
        "--epochs",
        "1",
        *small,
    )
    models = [*path.rglob("*.keras"), *path.rglob(".*.keras")]
    size = sum(model.stat().st_size for model in models) / 1e6
    return common.table(
        ["trials", "model files", "MB"],
        [[len(lines(path)), len(models), f"{size:.0f}"]],
    )


def main():
    parser = common.parser(__doc__)
    parser.add_argument("folder", type=Path, help="a new directory for the searches")
    parts = {part.__name__: part for part in (kills, lost, overhead, workers, disk)}
    parser.add_argument("--parts", nargs="+", default=list(parts), choices=parts)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(common.machine())
    for part in arguments.parts:
        print(f"\n{parts[part].__doc__}\n\n{parts[part](arguments.folder)}", flush=True)


if __name__ == "__main__":
    main()
