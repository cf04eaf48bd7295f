"""An epoch of the cVAE-cGAN against one of a plain classifier as large as its own.

Both take turns in one run.

Example:
    python benchmarks/epoch_cost.py --dataset mnist
"""

import os

os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import statistics
import time
from functools import partial

import common
from kgen import data, networks
from kgen.models import CVAECGAN

import keras

BATCH_SIZE, STEPS = 128, 60


def classifier(dataset):
    """A compiled classifier with the networks of the model's own."""
    sizes = {"width": networks.many.CLASSIFIER, "dropout": 0.2, "noise": 0.05}
    model = networks.classifier(dataset.image_shape, dataset.num_classes, **sizes)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(2e-3), loss, metrics=["accuracy"])
    return model


def stored(dataset):
    """Batches of stored values, which a kgen model scales itself."""
    return dataset.train.batches(BATCH_SIZE)


def scaled(dataset):
    """The same batches, scaled for a plain network."""
    return (
        stored(dataset).map(lambda x, y: (dataset.fields["x"].scaled(x), y)).prefetch(2)
    )


def seconds(model, batches, dataset):
    """Wall time of some steps of ``fit``."""
    start = time.perf_counter()
    model.fit(batches(dataset), steps_per_epoch=STEPS, verbose=0, shuffle=False)
    return time.perf_counter() - start


def main():
    parser = common.parser(__doc__)
    parser.add_argument("--dataset", default="mnist")
    arguments = parser.parse_args()
    dataset = data.load(arguments.dataset)
    game = CVAECGAN.from_fields(**dataset.fields)
    game.compile()
    turns = {
        "classifier": partial(seconds, classifier(dataset), scaled, dataset),
        "cvae-cgan": partial(seconds, game, stored, dataset),
    }
    times = common.interleaved(turns, arguments.rounds)
    whole = dataset.train.steps(BATCH_SIZE) / STEPS
    print(common.machine())
    rows = [
        [name, f"{min(turn) * whole:.1f}", f"{statistics.median(turn) * whole:.1f}"]
        for name, turn in times.items()
    ]
    print(common.table(["an epoch", "s, least", "s, median"], rows))
    print(
        "cvae-cgan / classifier:",
        common.quotients(times["cvae-cgan"], times["classifier"]),
    )


if __name__ == "__main__":
    main()
