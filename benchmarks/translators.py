"""Training steps of pix2pix and CycleGAN in kgen and in PyTorch, on the same networks and images.

Images are 64 × 64 bytes. All take turns in one process per model. The last two columns say how many
times faster kgen is than the row, in float32 and in its fastest way: median, least and greatest
quotient of two turns of one round.

Beside other programs PyTorch's threads wait for each other, and its steps take thirty times as
long: on a busy machine, measure on one core.

Example:
    python benchmarks/translators.py --rounds 5
    taskset -c 1 python benchmarks/translators.py --rounds 5
"""

from functools import partial

import common
import subjects
from kgen.data import Split
from kgen.fields import Image
from peers import pytorch, torch_translators
from training import HEADER, kgen_ways, pytorch_ways, row

import numpy as np

SIDE, BATCH_SIZE, BATCHES, STEPS = 64, 16, 8, {"pix2pix": 20, "cycle-gan": 4}
FIELDS = {"pix2pix": ("x", "y"), "cycle-gan": ("a", "b")}


def main():
    parser = common.parser(__doc__)
    parser.add_argument("--networks", nargs="+", choices=FIELDS, default=list(FIELDS))
    parser.add_argument("--steps", type=int, help="steps a turn")
    arguments = parser.parse_args()
    print(common.machine())
    for name in arguments.networks:
        steps = arguments.steps or STEPS[name]
        times = common.apart(measured, name, steps, arguments.rounds)
        print(f"{name}, {SIDE} × {SIDE}, batches of {BATCH_SIZE}\n")
        print(
            common.table(HEADER, [row(way, times, BATCH_SIZE) for way in times]),
            flush=True,
        )


def measured(name, steps, rounds):
    """The seconds of one step in every way to train a model, round by round."""
    split, model = pairs(name), build(name)
    fields = {field: model.fields[field] for field in FIELDS[name]}
    peer = partial(torch_translators.PEERS[name], model)
    contenders = {
        **kgen_ways(partial(build, name), split.batches(BATCH_SIZE), steps),
        **pytorch_ways(peer, pytorch.pairs(split, fields, BATCH_SIZE), steps),
    }
    return common.interleaved(contenders, rounds)


def build(name, policy="float32", **options):
    """A compiled model as it is by default."""
    return subjects.built(name, pairs(name).fields, policy, {}, **options)


def pairs(name):
    """Random bytes: no step's time depends on what they show."""
    numbers, shape = np.random.default_rng(0), (SIDE, SIDE, 1)
    values, fields = {}, {}
    for field in FIELDS[name]:
        values[field] = numbers.integers(
            0, 256, (BATCHES * BATCH_SIZE, *shape), dtype="uint8"
        )
        fields[field] = Image(shape, 0, 255, dtype="uint8")
    return Split(values, fields)


if __name__ == "__main__":
    main()
