"""BigGAN beside a CGAN with as much time of the processor, on MNIST's digits padded to 32×32.

First both train for a moment, which tells the cost of an image and so the epochs of each. Then
samples are measured against training images: read as asked by the evaluation classifier, Fréchet
distance, precision and recall. BigGAN is measured with several truncations as well. A killed
benchmark continues where it stopped.

Example:
    python benchmarks/biggan.py runs/bench/biggan --seconds 360
"""

import argparse
import time
from pathlib import Path

from common import keep, kept, machine, table
from kgen import data
from kgen.experiments import building
from kgen.experiments.resuming import trained
from kgen.metrics import SampleMetrics
from kgen.runs.config import RunConfig

import keras
import numpy as np

SIDE, BATCH_SIZE = 32, 64
TRAIN, TEST = 6000, 2000  # images
MOMENT = 640  # images by which the cost is measured
OPTIONS = {
    "biggan": {"width": 4, "latent_dim": 64, "embedding_dim": 32, "ema_decay": 0.999},
    "cgan": {"width": 16, "ema_decay": 0.999},
}
RATES = {"biggan": {"all": 5e-4}, "cgan": {}}
TRUNCATIONS = (1.0, 0.9, 0.7, 0.5, 0.3)
SHOWN = "evaluation_classifier_accuracy", "frechet_distance", "precision", "recall"


def written(folder):
    """The file of the padded digits."""
    path = folder / "digits.npz"
    if not path.exists():
        digits = data.load("mnist")
        path.parent.mkdir(parents=True, exist_ok=True)
        train, test = _padded(digits.train, TRAIN), _padded(digits.test, TEST)
        np.savez(path, x=train[0], y=train[1], x_test=test[0], y_test=test[1])
    return path


def _padded(split, count):
    """The first images with a black border, and their labels."""
    border = (SIDE - split["x"].shape[1]) // 2
    around = ((0, 0), (border, border), (border, border), (0, 0))
    return np.pad(split["x"][:count], around), split["y"][:count]


def config(name, path, epochs=1):
    """The training of one model."""
    return RunConfig(
        name, f"npz:{path}", epochs=epochs, batch_size=BATCH_SIZE, seed=0,
        learning_rates=RATES[name], options=OPTIONS[name],
    )  # fmt: skip


def cost(name, path):
    """Seconds of the processor per training image, after the first steps."""
    keras.utils.set_random_seed(0)
    digits = data.load(f"npz:{path}")
    model = building.build(config(name, path), digits)
    arrays = digits.train["x"][:MOMENT], digits.train["y"][:MOMENT]
    model.fit(*arrays, batch_size=BATCH_SIZE, verbose=0)
    start = time.process_time()
    model.fit(*arrays, batch_size=BATCH_SIZE, verbose=0)
    return (time.process_time() - start) / len(arrays[0])


def measured(metrics, model, truncation):
    """The metrics of samples, each of the class of a real image."""
    options = {} if truncation == 1.0 else {"truncation": truncation}
    images = model.generate(metrics.samples, metrics.labels, seed=0, **options)
    return metrics.measure(model.fields["x"].comparable(images), metrics.labels)


def parsed():
    options = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    parser = argparse.ArgumentParser(description=__doc__, **options)
    parser.add_argument(
        "folder", type=Path, help="where the data, the runs and the results go"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=720.0,
        help="of the processor, for each training",
    )
    return parser.parse_args()


def runs_of(arguments, path, results):
    """The finished run of each model."""
    runs, images = {}, len(data.load(f"npz:{path}").train)
    for name in OPTIONS:
        key = f"{name}: seconds an image"
        if key not in results:
            results[key] = cost(name, path)
            keep(arguments.folder / "results.json", results)
        epochs = max(1, round(arguments.seconds / (results[key] * images)))
        runs[name] = trained(arguments.folder / name, config(name, path, epochs))
    return runs


def main():
    arguments = parsed()
    print(machine())
    path, kept_at = written(arguments.folder), arguments.folder / "results.json"
    results = kept(kept_at)
    runs = runs_of(arguments, path, results)
    metrics = SampleMetrics(data.load(f"npz:{path}"))
    rows = {"real images": metrics.real()}
    for name, run in runs.items():
        for truncation in TRUNCATIONS if name == "biggan" else TRUNCATIONS[:1]:
            key = f"{name}, ψ = {truncation:g}" if name == "biggan" else name
            if key not in results:
                results[key] = measured(metrics, run.model(), truncation)
                keep(kept_at, results)
            rows[key] = results[key]
    print(
        f"epochs: {', '.join(f'{name} {run.config.epochs}' for name, run in runs.items())}\n"
    )
    lines = [
        [name, *(f"{found[one]:.3f}" for one in SHOWN)] for name, found in rows.items()
    ]
    print(table(["samples", *(one.replace("_", " ") for one in SHOWN)], lines))


if __name__ == "__main__":
    main()
