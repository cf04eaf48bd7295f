"""The cVAE-cGAN with its defaults on other images than MNIST: digits, sprites, coloured shapes.

Every set has 8,000 images at most, and its own real-against-real reference. A killed run continues.

Example:
    python benchmarks/defaults.py runs/defaults
    python benchmarks/defaults.py runs/defaults --sets digits --epochs 60
"""

from pathlib import Path

import common
import kgen.data
from kgen.experiments.evaluating import evaluate
from kgen.experiments.resuming import trained
from kgen.runs.config import RunConfig
from kgen.tasks.study import Settings

import numpy as np

COUNT, SEED, FACTOR = 8000, 0, 2
METRICS = (
    "frechet_distance", "precision", "recall", "coverage",
    "evaluation_classifier_accuracy", "classifier_accuracy",
)  # fmt: skip


def sprites():
    """Some sprites in [0, 1], their sides divided by ``FACTOR``, and their shapes."""
    whole = kgen.data.load("sprites").train
    chosen = np.random.default_rng(SEED).permutation(len(whole))[:COUNT]
    images = whole["x"][chosen] / 255.0
    count, height, width, _ = images.shape
    sides = height // FACTOR, FACTOR, width // FACTOR, FACTOR
    blocks = images.reshape(count, *sides, 1)
    return blocks.mean(axis=(2, 4)), whole.labels[chosen]


def colours():
    """The sprites in a random colour on another, darker one."""
    images, shapes = sprites()
    random = np.random.default_rng(SEED)
    light = random.uniform(0.3, 1.0, (len(images), 1, 1, 3))
    dark = random.uniform(0.0, 0.3, (len(images), 1, 1, 3))
    return dark + images * (light - dark), shapes


DRAWN = {"sprites": sprites, "colours": colours}
SETS = "digits", *DRAWN
BATCH_SIZES = {"digits": 32}


def source(folder, name):
    """The data set as ``RunConfig`` names it; what is drawn is written to a file first."""
    if name not in DRAWN:
        return name
    file = folder / f"{name}.npz"
    if not file.exists():
        images, labels = DRAWN[name]()
        np.savez(file, x=np.uint8(np.round(255 * images)), y=labels)
    return f"npz:{file}"


def row(folder, name, epochs):
    """What a training with the defaults reaches on a set."""
    config = RunConfig(
        "cvae-cgan",
        source(folder, name),
        epochs=epochs,
        batch_size=BATCH_SIZES.get(name, 128),
        learning_rate_schedule="cosine",
    )
    run = trained(folder / name, config)
    scores = evaluate(run, settings=Settings(metrics=METRICS))["scores"]
    return [name, *(cell(scores[metric]) for metric in METRICS)]


def cell(score):
    """The value, and that of real images where it is known."""
    if score["real"] is None:
        return f"{score['value']:.3f}"
    return f"{score['value']:.3f} ({score['real']:.3f})"


def main():
    parser = common.parser(__doc__)
    parser.add_argument("runs", type=Path, help="directory of the runs")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    arguments = parser.parse_args()
    arguments.runs.mkdir(parents=True, exist_ok=True)
    rows = [row(arguments.runs, name, arguments.epochs) for name in arguments.sets]
    print(common.machine())
    print(common.table(["set", *METRICS], rows))


if __name__ == "__main__":
    main()
