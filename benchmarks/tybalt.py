"""Steps of Tybalt in kgen, in a bare TensorFlow loop and in PyTorch, on a large table.

The table is as large as a study of many tissues. All take turns in one process, on the same network
and the same table in memory, in batches of 50. The last two columns say how many times faster
kgen's ``fit`` is than the row, by wall time and by processor time, which other programs disturb
less: median, least and greatest quotient of two turns of one round.

Example:
    python benchmarks/tybalt.py --rounds 5 --steps 200    # 200 steps are an epoch of 10,000 samples
"""

import statistics

import common
import subjects
from kgen.data import Split
from kgen.fields import Vector
from kgen.models import Tybalt
from peers import bare_tensorflow, pytorch
from training import with_all_rewriters

import numpy as np
import torch

SAMPLES, GENES, BATCH_SIZE, STEPS, EPOCHS = 10_000, 5_000, 50, 200, 50
KGEN = "kgen fit"


def main():
    parser = common.parser(__doc__)
    parser.add_argument("--steps", type=int, default=STEPS, help="steps a turn")
    arguments = parser.parse_args()
    times = common.apart(measured, arguments.steps, arguments.rounds)
    print(common.machine())
    header = [
        f"{SAMPLES:,} × {GENES:,}",
        "ms per step",
        "of the processor",
        f"{EPOCHS} epochs, s",
        "faster by",
        "by it",
    ]
    print(common.table(header, [row(way, times) for way in times]))


def measured(steps, rounds):
    """The seconds of one step in every way, round by round."""
    split = table()
    model = Tybalt.from_fields(x=split.fields["x"], seed=0)
    model.compile()
    batches = split.batches(BATCH_SIZE)
    torch.set_num_threads(common.cores())
    contenders = {
        KGEN: subjects.fitted(model, batches, steps),
        "bare TensorFlow": with_all_rewriters(
            subjects.looped(bare_tensorflow.VAE(model), scaled(model, batches), steps)
        ),
        "PyTorch": subjects.looped(
            pytorch.VAE(model, bfloat16=False), permuted(split), steps
        ),
    }
    return common.interleaved(
        {way: subjects.clocked(turn, steps) for way, turn in contenders.items()}, rounds
    )


def table():
    """Random numbers in [0, 1]: no step's time depends on what they say."""
    values = np.random.default_rng(0).random((SAMPLES, GENES), "float32")
    return Split({"x": values}, {"x": Vector.of(values, "x").fitted(values)})


def scaled(model, batches):
    """The stream for a loop by hand, without labels."""
    return iter(batches.map(lambda x: (model.fields["x"].scaled(x), None)).prefetch(2))


def permuted(split):
    """The same for PyTorch: endless shuffled batches from memory."""
    values = torch.from_numpy(split["x"])
    while True:
        for chosen in torch.randperm(len(values)).split(BATCH_SIZE):
            yield values[chosen], None


def row(way, times):
    """A contender's line of the table."""
    own, clocks = zip(*times[KGEN], strict=True), list(zip(*times[way], strict=True))
    wall, processor = map(statistics.median, clocks)
    faster = [common.quotients(*pair) for pair in zip(clocks, own, strict=True)]
    whole = wall * EPOCHS * SAMPLES / BATCH_SIZE
    return [
        way,
        f"{1000 * wall:.1f}",
        f"{1000 * processor:.1f}",
        f"{whole:.0f}",
        *faster,
    ]


if __name__ == "__main__":
    main()
