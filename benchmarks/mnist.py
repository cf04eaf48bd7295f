"""Trains the cVAE-cGAN with three seeds, a CVAE and a VAE on MNIST, and measures them.

A killed run continues.

Example:
    python benchmarks/mnist.py runs/benchmark --precision bfloat16
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
from pathlib import Path

from kgen.experiments import testing
from kgen.experiments.resuming import trained
from kgen.metrics import probe_accuracy
from kgen.runs.config import RunConfig

TRAININGS = [
    ("cvae-cgan", 0),
    ("cvae", 0),
    ("vae", 0),
    ("cvae-cgan", 1),
    ("cvae-cgan", 2),
]
SCHEDULES = {"cvae-cgan": "cosine"}


def config(model, seed, dataset, **training):
    """The configuration of such a run."""
    schedule = SCHEDULES.get(model, "constant")
    return RunConfig(
        model, dataset, seed=seed, learning_rate_schedule=schedule, **training
    )


def probes(run):
    """How well the class can be read from the mean latents of the test images."""
    dataset, model = run.dataset(), run.model()
    splits = dataset.train.subset(slice(0, 10_000)), dataset.test
    latents = [
        (model.encode(split["x"], split.labels)[0], split.labels) for split in splits
    ]
    return {
        f"{kind}_probe": probe_accuracy(kind, *latents) for kind in ("linear", "mlp")
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=Path, help="directory of the runs")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument(
        "--precision", choices=["float32", "bfloat16"], default="float32"
    )
    arguments = parser.parse_args()
    training = {"epochs": arguments.epochs, "precision": arguments.precision}
    for model, seed in TRAININGS:
        run = trained(
            arguments.runs / f"{model}-{seed}",
            config(model, seed, arguments.dataset, **training),
        )
        print(model, seed, {**testing.test(run), **probes(run)}, flush=True)


if __name__ == "__main__":
    main()
