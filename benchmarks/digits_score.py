"""How well samples of the conditional models train a classifier of scanned digits; five seeds.

An RBF-SVC (C = 5) learns from 5,000 samples alone and classifies the real test digits. With --out,
a killed run continues; after a change of settings, delete that file.

Example:
    python benchmarks/digits_score.py --out runs/bench/score.json
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
import statistics
import sys
from pathlib import Path

from common import keep, kept, machine, table
from kgen import data
from kgen.experiments import building
from kgen.metrics import classification_accuracy_score
from kgen.runs.config import RunConfig

import keras
import numpy as np

BATCH_SIZE, SAMPLES = 32, 5000
OPTIONS = {
    "cvae": {"likelihood": "gaussian"},
    "cgan": {"ema_decay": 0.999},
    # With 100 latent variables its samples teach the classifier less.
    "acgan": {
        "ema_decay": 0.999,
        "latent_dim": 8,
        "width": 64,
        "shift": 0.0,
        "noise": 0.2,
    },
    "cvae-cgan": {"likelihood": "gaussian"},
}
RATES = {"acgan": {"all": 5e-4}}
EPOCHS = {"acgan": 300}


def score(name, seed):
    """The classification accuracy score of a model trained on the digits."""
    keras.utils.set_random_seed(seed)
    digits = data.load("digits")
    rates = RATES.get(name, {})
    config = RunConfig(
        name, "digits", seed=seed, options=OPTIONS[name], learning_rates=rates
    )
    model = building.build(config, digits)
    stream, steps = (
        digits.train.batches(BATCH_SIZE, seed),
        digits.train.steps(BATCH_SIZE),
    )
    model.fit(
        stream,
        steps_per_epoch=steps,
        epochs=EPOCHS.get(name, 150),
        shuffle=False,
        verbose=0,
    )
    labels = np.arange(SAMPLES) % digits.num_classes
    images = model.fields["x"].comparable(model.generate(SAMPLES, labels, seed=seed))
    real = digits.test.comparable(), digits.test.labels
    return classification_accuracy_score(images, labels, *real)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", choices=OPTIONS, default=list(OPTIONS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, help="where to keep the results")
    arguments = parser.parse_args()
    results, rows = kept(arguments.out), []
    for name in arguments.models:
        for seed in range(arguments.seeds):
            if f"{name} {seed}" not in results:
                results[f"{name} {seed}"] = score(name, seed)
                keep(arguments.out, results)
            print(name, seed, results[f"{name} {seed}"], file=sys.stderr, flush=True)
        values = [results[f"{name} {seed}"] for seed in range(arguments.seeds)]
        rows.append(
            [
                name,
                f"{statistics.mean(values):.4f}",
                *(f"{value:.4f}" for value in values),
            ]
        )
    print(machine())
    print(
        table(
            [
                "accuracy score",
                "mean",
                *(f"seed {seed}" for seed in range(arguments.seeds)),
            ],
            rows,
        )
    )


if __name__ == "__main__":
    main()
