"""The host's time of a training step, with networks so small that a device has little to compute.

JAX runs several steps as one program on accelerators alone; here it does so on a CPU too.

Example:
    KERAS_BACKEND=jax python benchmarks/host.py --networks vae dcgan
"""

import importlib
import statistics
from unittest.mock import patch

import common
import subjects

import keras

SHAPE, BATCH_SIZE, TOGETHER = (8, 8, 1), 2, 20
SIZES = {"width": 4, "latent_dim": 2}
HEADER = [
    "model",
    "ms, one step per call",
    f"ms, {TOGETHER} steps per call",
    "times faster",
]


def contender(name, split, steps, together):
    """A contender of so many steps per call."""
    model = subjects.built(
        name, split.fields, "float32", SIZES, steps_per_execution=together
    )
    return subjects.fitted(model, subjects.fed(split, BATCH_SIZE), steps)


def measured(name, steps, rounds):
    """The seconds of one step, by steps per call."""
    split = subjects.images(SHAPE)
    contenders = {n: contender(name, split, steps, n) for n in (1, TOGETHER)}
    if keras.backend.backend() != "jax":
        return common.interleaved(contenders, rounds)
    engine = importlib.import_module("kgen.engine.jax")
    with patch.object(engine, "fuses", return_value=True):
        return common.interleaved(contenders, rounds)


def row(name, arguments):
    """A network's line of the table."""
    alone, together = subjects.apart(measured, name, arguments).values()
    times = [f"{1e3 * statistics.median(runs):.2f}" for runs in (alone, together)]
    return [name, *times, common.quotients(alone, together)]


def main():
    arguments = subjects.parser(__doc__).parse_args()
    rows = [row(name, arguments) for name in arguments.networks]
    print(common.machine())
    print(f"{keras.backend.backend()}, batches of {BATCH_SIZE} images of 8 × 8")
    print(common.table(HEADER, rows))


if __name__ == "__main__":
    main()
