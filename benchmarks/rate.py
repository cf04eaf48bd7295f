"""Images a second that kgen's ``fit`` trains on, on the device that Keras' backend finds: a GPU, or else the CPU.

Example:
    KERAS_BACKEND=jax python benchmarks/rate.py --networks dcgan
"""

import statistics

import common
import keras
import subjects

PRECISIONS = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def measured(name, steps, rounds):
    """The seconds of one step, precision by precision."""
    models = {precision: subjects.build(name, policy) for precision, policy in PRECISIONS.items()}
    batches = subjects.images(models["float32"].shape).batches(subjects.BATCH_SIZE)
    contenders = {precision: subjects.fitted(model, batches, steps) for precision, model in models.items()}
    return common.interleaved(contenders, rounds)


def row(name, times):
    """A network's line of the table."""
    return [name, *(f"{subjects.BATCH_SIZE / statistics.median(times[precision]):.0f}" for precision in PRECISIONS)]


def main():
    arguments = subjects.parser(__doc__).parse_args()
    print(common.machine())
    print(f"Images a second under {keras.backend.backend()}, on {', '.join(keras.distribution.list_devices())}\n")
    rows = [row(name, subjects.apart(measured, name, arguments)) for name in arguments.networks]
    print(common.table(["", *PRECISIONS], rows))


if __name__ == "__main__":
    main()
