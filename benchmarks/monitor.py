"""What the monitor of health costs: epochs of training with it and without, in turns.

Example:
    python benchmarks/monitor.py --dataset mnist --models vae dcgan acgan cvae-cgan
"""

import os

os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import time

import common

from kgen import data
from kgen.callbacks.health import Health
from kgen.experiments import building
from kgen.models import MODELS
from kgen.runs.config import RunConfig

BATCH_SIZE = 128


def seconds(model, dataset, callbacks):
    """Wall time of an epoch."""
    stream, steps = dataset.train.batches(BATCH_SIZE), dataset.train.steps(BATCH_SIZE)
    start = time.perf_counter()
    model.fit(stream, steps_per_epoch=steps, shuffle=False, verbose=0, callbacks=callbacks)
    return time.perf_counter() - start


def main():
    parser = common.parser(__doc__)
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=["vae", "dcgan", "acgan", "cvae-cgan"])
    arguments = parser.parse_args()
    dataset, rows = data.load(arguments.dataset), []
    for name in arguments.models:
        model = building.build(RunConfig(name, arguments.dataset), dataset)
        ways = {"without": [], "with": [Health(dataset)]}
        turns = {way: lambda model=model, given=given: seconds(model, dataset, given) for way, given in ways.items()}
        times = common.interleaved(turns, arguments.rounds)
        rows.append(
            [name, *(f"{min(times[way]):.1f}" for way in ways), common.quotients(times["with"], times["without"])]
        )
    print(common.machine())
    print(common.table(["an epoch", "s without, least", "s with, least", "with / without"], rows))


if __name__ == "__main__":
    main()
