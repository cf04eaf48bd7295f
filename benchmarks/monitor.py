"""The cost of health monitoring: epochs with and without it, in turns, and its slowest diagnostics.

Example:
    python benchmarks/monitor.py --dataset mnist --models vae dcgan acgan cvae-cgan
"""

import os

os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import time
from functools import partial

import common
from kgen import data
from kgen.callbacks.health import Health
from kgen.experiments import building
from kgen.metrics import relative_diversity
from kgen.models import MODELS
from kgen.runs.config import RunConfig
from kgen.tasks.diagnostics import MOST_VALUES
from kgen.tasks.play import told_apart

import numpy as np

BATCH_SIZE = 128
SHAPES = (8, 8, 1), (28, 28, 1), (64, 64, 3)
DIAGNOSTICS = {"told_apart": told_apart, "diversity": relative_diversity}


def seconds(model, dataset, callbacks):
    """Wall time of an epoch."""
    stream, steps = dataset.train.batches(BATCH_SIZE), dataset.train.steps(BATCH_SIZE)
    start = time.perf_counter()
    model.fit(
        stream, steps_per_epoch=steps, shuffle=False, verbose=0, callbacks=callbacks
    )
    return time.perf_counter() - start


def diagnostics(rounds):
    """A row per shape: milliseconds of each diagnostic, on as many values as the monitor uses."""
    for shape in SHAPES:
        x = np.random.default_rng(0).random((MOST_VALUES, *shape), dtype="float32")
        turns = {
            name: partial(_milliseconds, diagnostic, x[::-1] ** 1.1, x)
            for name, diagnostic in DIAGNOSTICS.items()
        }
        times = common.interleaved(turns, rounds)
        yield [
            "×".join(map(str, shape)),
            *(f"{min(times[name]):.0f}" for name in DIAGNOSTICS),
        ]


def _milliseconds(measure, samples, x):
    start = time.perf_counter()
    measure(samples, x)
    return 1000 * (time.perf_counter() - start)


def main():
    parser = common.parser(__doc__)
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument(
        "--models",
        nargs="+",
        choices=MODELS,
        default=["vae", "dcgan", "acgan", "cvae-cgan"],
    )
    arguments = parser.parse_args()
    dataset, rows = data.load(arguments.dataset), []
    for name in arguments.models:
        model = building.build(RunConfig(name, arguments.dataset), dataset)
        ways = {"without": [], "with": [Health(dataset)]}
        turns = {
            way: lambda model=model, given=given: seconds(model, dataset, given)
            for way, given in ways.items()
        }
        times = common.interleaved(turns, arguments.rounds)
        rows.append(
            [
                name,
                *(f"{min(times[way]):.1f}" for way in ways),
                common.quotients(times["with"], times["without"]),
            ]
        )
    print(common.machine())
    print(
        common.table(
            ["an epoch", "s without, least", "s with, least", "with / without"], rows
        )
    )
    print(
        common.table(
            ["values", *(f"ms of {name}, least" for name in DIAGNOSTICS)],
            diagnostics(arguments.rounds),
        )
    )


if __name__ == "__main__":
    main()
