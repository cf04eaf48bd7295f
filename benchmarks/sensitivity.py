"""What each metric detects on the scanned digits: real images degraded in one way at a time.

Results are in units of the metric's noise. For each seed the digits are divided anew: half for
training, 400 for testing, and the rest, which has no other use, for candidates of 400 images. A
cell is the mean of a metric over the seeds. In brackets is its distance from the mean of fresh real
images, in standard deviations of theirs over the seeds. With few seeds that deviation is itself
uncertain, by a third for five: distances of three or more, in bold, are detections; their exact
size means little.

Example:
    python benchmarks/sensitivity.py
"""

import contextlib
import sys

import common
from kgen.data import Data
from kgen.fields import Image, Label
from kgen.metrics import ClassGaussian, SampleMetrics

import numpy as np
from scipy import ndimage
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

FIELDS = {"x": Image((8, 8, 1), 0, 16, dtype="uint8"), "y": Label(10)}
SAMPLES, DROPPED, BLUR, NOTICED = 400, 3, 0.7, 3.0


def divided(seed):
    """The digits in three: a ``Data``, and fresh images in [0, 1] with labels."""
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8, 1).astype("uint8")
    halves = train_test_split(
        images, labels, test_size=0.5, stratify=labels, random_state=seed
    )
    train_images, images, train_labels, labels = halves
    train = {"x": train_images, "y": train_labels}
    test = {"x": images[:SAMPLES], "y": labels[:SAMPLES]}
    fresh = FIELDS["x"].comparable(images[SAMPLES:])
    return Data.from_arrays("digits", train, FIELDS, test), fresh, labels[SAMPLES:]


def candidates(dataset, fresh, labels, seed):
    """Images and labels by the name of their degradation."""
    # seed alone would copy the images compared with
    random = np.random.default_rng([seed, 1])
    some, train = slice(0, SAMPLES), dataset.train.comparable()
    copied, kept = (
        random.permutation(len(train))[some],
        np.flatnonzero(labels != DROPPED)[some],
    )
    gaussian = ClassGaussian(train, dataset.train.labels).generate(
        SAMPLES, labels[some], seed
    )
    return {
        "real": (fresh[some], labels[some]),
        "a class dropped": (fresh[kept], labels[kept]),
        f"blur, σ = {BLUR} pixels": (
            ndimage.gaussian_filter(fresh[some], BLUR, axes=(1, 2)),
            labels[some],
        ),
        "training set copied": (train[copied], dataset.train.labels[copied]),
        "Gaussian of each class": (gaussian, labels[some]),
        "noise": (
            random.random((SAMPLES, *dataset.image_shape), dtype="float32"),
            labels[some],
        ),
    }


def measured(seed):
    """The numbers of every candidate."""
    dataset, fresh, labels = divided(seed)
    metrics = SampleMetrics(dataset, SAMPLES, seed=seed)
    with contextlib.redirect_stdout(sys.stderr):  # The table alone goes to the output.
        return {
            name: metrics.measure(*some)
            for name, some in candidates(dataset, fresh, labels, seed).items()
        }


def cell(values, reference):
    """The mean and its distance from the reference."""
    units = (np.mean(values) - np.mean(reference)) / np.std(reference, ddof=1)
    shown = f"{np.mean(values):.4g} ({units:+.1f})"
    return f"**{shown}**" if abs(units) >= NOTICED else shown


def row(metric, rounds):
    """A metric's line of the table."""
    values = {name: [numbers[name][metric] for numbers in rounds] for name in rounds[0]}
    reference = values.pop("real")
    real = f"{np.mean(reference):.4g} ± {np.std(reference, ddof=1):.2g}"
    return [
        metric.replace("_", " "),
        real,
        *(cell(some, reference) for some in values.values()),
    ]


def main():
    arguments = common.parser(__doc__).parse_args()
    print(common.machine())
    rounds = [measured(seed) for seed in range(arguments.rounds)]
    header = ["", *rounds[0]]
    print(common.table(header, [row(metric, rounds) for metric in rounds[0]["real"]]))


if __name__ == "__main__":
    main()
