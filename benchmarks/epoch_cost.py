"""An epoch of the cVAE-cGAN against one of a plain classifier with the discriminator's body, interleaved in one run.

Example:
    python benchmarks/epoch_cost.py --dataset mnist
"""

import os

os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import statistics
import time

import common
import keras

from kgen import data, networks
from kgen.models import CVAECGAN

BATCH_SIZE, STEPS = 128, 60


def classifier(dataset):
    """A compiled classifier with the width of the model's discriminator."""
    model = networks.conv_classifier(dataset.image_shape, dataset.num_classes, width=24, dropout=0.2, noise=0.05)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(2e-3), loss, metrics=["accuracy"])
    return model


def seconds(model, dataset):
    """Wall time of some steps of ``fit``."""
    start = time.perf_counter()
    model.fit(dataset.train.batches(BATCH_SIZE), steps_per_epoch=STEPS, verbose=0, shuffle=False)
    return time.perf_counter() - start


def main():
    parser = common.parser(__doc__)
    parser.add_argument("--dataset", default="mnist")
    arguments = parser.parse_args()
    dataset = data.load(arguments.dataset)
    game = CVAECGAN.from_shape(dataset.image_shape, dataset.num_classes)
    game.compile()
    models = {"classifier": classifier(dataset), "cvae-cgan": game}
    turns = {name: lambda model=model: seconds(model, dataset) for name, model in models.items()}
    times = common.interleaved(turns, arguments.rounds)
    whole = dataset.train.steps(BATCH_SIZE) / STEPS
    print(common.machine())
    rows = [
        [name, f"{min(turn) * whole:.1f}", f"{statistics.median(turn) * whole:.1f}"] for name, turn in times.items()
    ]
    print(common.table(["an epoch", "s, least", "s, median"], rows))
    print("cvae-cgan / classifier:", common.quotients(times["cvae-cgan"], times["classifier"]))


if __name__ == "__main__":
    main()
