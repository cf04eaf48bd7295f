"""Training steps of kgen and of its alternatives: textbook Keras, bare TensorFlow, PyTorch.

All take turns on the same networks and images; each network has a process of its own. The last two
columns say how many times faster kgen is than the row, in float32 and in its fastest way: median,
least and greatest quotient of two turns of one round. With --out, results are stored per network,
and a killed run continues.

Example:
    python benchmarks/training.py --networks vae dcgan --out runs/bench/training.json
"""

import statistics
from functools import partial
from pathlib import Path

import common
import subjects
from peers import bare_tensorflow, keras_textbook, pytorch

import tensorflow as tf
import torch

KGEN, FUSED = "kgen fit", 4
HEADER = [
    "",
    "ms per step, least",
    "median",
    "images/s",
    f"{KGEN} is faster by",
    "kgen's fastest way by",
]


def measured(name, steps, rounds):
    """The seconds of one step in every way to train a network, round by round."""
    model = subjects.build(name)
    split = subjects.images(model.shape)
    batches = split.batches(subjects.BATCH_SIZE)
    torch_batches = pytorch.batches(split, model.fields["x"], subjects.BATCH_SIZE)
    contenders = {
        **kgen_ways(partial(subjects.build, name), batches, steps),
        **tensorflow_ways(name, model, subjects.scaled(model, batches), steps),
        **pytorch_ways(partial(pytorch.PEERS[name], model), torch_batches, steps),
    }
    return common.interleaved(contenders, rounds)


def kgen_ways(build, batches, steps):
    """kgen in float32, in bfloat16, and with fused steps as well; ``build`` makes a model."""
    bfloat16 = {"policy": "mixed_bfloat16"}
    fused = {**bfloat16, "steps_per_execution": FUSED}
    ways = {
        KGEN: {},
        f"{KGEN}, bfloat16": bfloat16,
        f"{KGEN}, bfloat16, {FUSED} steps a call": fused,
    }
    return {
        way: subjects.fitted(build(**options), batches, steps)
        for way, options in ways.items()
    }


def tensorflow_ways(name, model, batches, steps):
    """The same networks in a subclass of Keras and in a loop by hand."""
    textbook, step = (
        keras_textbook.PEERS[name](model),
        bare_tensorflow.PEERS[name](model),
    )
    return {
        "textbook Keras": with_all_rewriters(subjects.fitted(textbook, batches, steps)),
        "bare TensorFlow": with_all_rewriters(
            subjects.looped(step, iter(batches), steps)
        ),
    }


def pytorch_ways(peer, batches, steps):
    """The same networks in PyTorch, eager and channels_last; ``peer(bfloat16=…)`` makes a step."""
    torch.set_num_threads(common.cores())
    return {
        way: subjects.looped(peer(bfloat16=bfloat16), batches, steps)
        for way, bfloat16 in (("PyTorch", False), ("PyTorch, bfloat16 autocast", True))
    }


def with_all_rewriters(contender):
    """The contender with all graph rewriters of TensorFlow; kgen disables two in its process."""

    def seconds():
        switch_rewriters(True)
        try:
            return contender()
        finally:
            switch_rewriters(False)

    return seconds


def switch_rewriters(on):
    tf.config.optimizer.set_experimental_options(
        {"arithmetic_optimization": on, "remapping": on}
    )


def row(way, times, batch_size=subjects.BATCH_SIZE):
    """A contender's line of the table."""
    own = times[KGEN]
    best = min(
        (times[other] for other in times if other.startswith(KGEN)),
        key=statistics.median,
    )
    seconds = times[way]
    speed = [
        f"{1000 * value:.1f}" for value in (min(seconds), statistics.median(seconds))
    ]
    rate = f"{batch_size / statistics.median(seconds):.0f}"
    return [
        way,
        *speed,
        rate,
        common.quotients(seconds, own),
        common.quotients(seconds, best),
    ]


def main():
    parser = subjects.parser(__doc__)
    parser.add_argument(
        "--out", type=Path, help="JSON file for the times of every round"
    )
    arguments = parser.parse_args()
    results = common.kept(arguments.out)
    print(common.machine())
    for name in arguments.networks:
        if name not in results:
            results[name] = subjects.apart(measured, name, arguments)
            common.keep(arguments.out, results)
        print(f"{name}, batches of {subjects.BATCH_SIZE}\n")
        print(
            common.table(HEADER, [row(way, results[name]) for way in results[name]]),
            flush=True,
        )


if __name__ == "__main__":
    main()
