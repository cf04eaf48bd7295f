"""Images per second of kgen's ``fit`` on the device that Keras' backend finds: a GPU, or the CPU.

The last columns are for several steps in one execution, which JAX runs as one program on an
accelerator.

Example:
    KERAS_BACKEND=jax python benchmarks/rate.py --networks dcgan --steps 200
"""

import statistics
from functools import partial

import common
import subjects

import keras

FUSED = 20
WAYS = {
    "float32": {},
    "bfloat16": {"policy": "mixed_bfloat16"},
    f"float32, {FUSED} steps a call": {"steps_per_execution": FUSED},
    f"bfloat16, {FUSED} steps a call": {
        "policy": "mixed_bfloat16",
        "steps_per_execution": FUSED,
    },
}


def measured(name, steps, rounds, batch_size):
    """The seconds of one step, way by way."""
    models = {way: subjects.build(name, **options) for way, options in WAYS.items()}
    split = subjects.images(models["float32"].shape)
    batches = {way: subjects.fed(split, batch_size) for way in models}
    contenders = {
        way: subjects.fitted(model, batches[way], steps)
        for way, model in models.items()
    }
    return common.interleaved(contenders, rounds)


def row(name, arguments):
    """A network's line of the table."""
    times = subjects.apart(
        partial(measured, batch_size=arguments.batch_size), name, arguments
    )
    return [
        name,
        *(
            f"{arguments.batch_size / statistics.median(times[way]):.0f}"
            for way in WAYS
        ),
    ]


def main():
    parser = subjects.parser(__doc__)
    parser.add_argument("--batch-size", type=int, default=subjects.BATCH_SIZE)
    arguments = parser.parse_args()
    devices = ", ".join(keras.distribution.list_devices())
    print(common.machine())
    print(f"Images a second under {keras.backend.backend()}, on {devices}\n")
    for name in arguments.networks:
        print(
            common.table(
                [f"batches of {arguments.batch_size}", *WAYS], [row(name, arguments)]
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
