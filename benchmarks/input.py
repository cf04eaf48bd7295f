"""Images per second of the data pipeline and of training: training must never wait for images.

The pipeline is ``Split.batches``: it shuffles and gathers bytes, and the step scales them. A second
pipeline also scales the pixels and moves them with the layer RandomShift. Training runs in
bfloat16, the faster precision. A quotient compares two turns of one round.

Example:
    python benchmarks/input.py --networks vae dcgan
"""

import statistics

import common
import subjects
from kgen.layers import RandomShift

BATCHES = 100
WAYS = "pipeline", "with RandomShift", "training"


def measured(name, steps, rounds):
    """The seconds per batch of both pipelines and of training, round by round."""
    model, shift = subjects.build(name, "mixed_bfloat16"), RandomShift(0.08)
    batches = subjects.images(model.shape).batches(subjects.BATCH_SIZE)
    moved = subjects.scaled(model, batches).map(
        lambda x, y: (shift(x, training=True), y)
    )
    pipelines = [
        subjects.looped(lambda *batch: None, iter(stream), BATCHES)
        for stream in (batches, moved)
    ]
    contenders = [*pipelines, subjects.fitted(model, batches, steps)]
    return common.interleaved(dict(zip(WAYS, contenders, strict=True)), rounds)


def row(name, times):
    """A network's line of the table."""
    rates = [
        f"{subjects.BATCH_SIZE / statistics.median(seconds):.0f}"
        for seconds in times.values()
    ]
    faster = [
        common.quotients(times["training"], times[way])
        for way in WAYS
        if way != "training"
    ]
    return [name, *rates, *faster]


def main():
    arguments = subjects.parser(__doc__).parse_args()
    print(common.machine())
    rows = [
        row(name, subjects.apart(measured, name, arguments))
        for name in arguments.networks
    ]
    print(
        common.table(
            ["images/s", *WAYS, "pipeline / training", "with RandomShift / training"],
            rows,
        )
    )


if __name__ == "__main__":
    main()
