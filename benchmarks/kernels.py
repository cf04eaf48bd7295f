"""What oneDNN saves under TensorFlow: a step of ``fit`` with it and without it.

TensorFlow decides at its import, so that every figure comes from a fresh process.

Example:
    python benchmarks/kernels.py --rounds 3
"""

import os
import statistics

import common
import subjects

SWITCH = "TF_ENABLE_ONEDNN_OPTS"
IMAGES, VOLUMES = (28, 28, 1), (16, 16, 16, 1)
BATCHES = {IMAGES: 128, VOLUMES: 16}
STEPS = 2
HEADER = ["model", "values", "batch", "ms with oneDNN", "ms without", "times faster"]
SUBJECTS = [
    ("vae", IMAGES),
    ("dcgan", IMAGES),
    ("cvae-cgan", IMAGES),
    ("vae", VOLUMES),
    ("dcgan", VOLUMES),
]


def seconds(name, shape):
    """The time of a step, after a training that traces it."""
    model = subjects.built(name, subjects.fields(shape), "float32", {})
    batch_size = BATCHES[shape]
    split = subjects.images(shape, STEPS * batch_size)
    contender = subjects.fitted(model, subjects.fed(split, batch_size), STEPS)
    contender()
    return contender()


def switched(value, name, shape):
    """A contender: the same with oneDNN on or off."""

    def run():
        os.environ[SWITCH] = value
        return common.apart(seconds, name, shape)

    return run


def row(name, shape, rounds):
    """A line of the table."""
    contenders = {value: switched(value, name, shape) for value in ("1", "0")}
    with_it, without = common.interleaved(contenders, rounds).values()
    size = " × ".join(map(str, shape[:-1]))
    times = [f"{1e3 * statistics.median(runs):.0f}" for runs in (with_it, without)]
    return [name, size, BATCHES[shape], *times, common.quotients(without, with_it)]


def main():
    arguments = common.parser(__doc__).parse_args()
    rows = [row(*subject, arguments.rounds) for subject in SUBJECTS]
    print(common.machine())
    print(common.table(HEADER, rows))


if __name__ == "__main__":
    main()
