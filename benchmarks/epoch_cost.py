"""An epoch of the cVAE-cGAN against one of a plain classifier with the discriminator's body, interleaved in one run.

Example:
    python benchmarks/epoch_cost.py --dataset mnist
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
import statistics
import time

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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    dataset = data.load(arguments.dataset)
    game = CVAECGAN.from_shape(dataset.image_shape, dataset.num_classes)
    game.compile()
    models = [classifier(dataset), game]
    for model in models:
        seconds(model, dataset)
    rounds = [[seconds(model, dataset) for model in models] for _ in range(arguments.rounds)]
    whole = dataset.train.steps(BATCH_SIZE) / STEPS
    for name, times in zip(("classifier", "cvae-cgan"), zip(*rounds, strict=True), strict=True):
        print(f"{name:10}  epoch {min(times) * whole:6.1f} s at best, {statistics.median(times) * whole:6.1f} s median")
    ratios = sorted(game / plain for plain, game in rounds)
    print(f"ratio       median {statistics.median(ratios):.2f}, from {ratios[0]:.2f} to {ratios[-1]:.2f}")


if __name__ == "__main__":
    main()
