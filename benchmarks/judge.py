"""The evaluation classifier's two networks on labelled images that are hard in three ways.

The images are the hardest tenth of MNIST for a linear model; sprites; and drawn patches of stained
tissue. Of the two networks, kgen keeps the better one on validation images.

Example:
    python benchmarks/judge.py --sets hardest patches sprites
"""

import dataclasses
import time

import common
import phantoms
from kgen import data
from kgen.data.data import Data
from kgen.fields import Image, Label
from kgen.metrics.evaluation_classifier import RECIPES, accuracy_of

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

SHARE = 10
PATCHES, TEST_PATCHES = 6000, 1000


def hardest():
    """The tenth of MNIST whose class is least probable to a linear model of another part."""
    mnist = data.load("mnist")
    x, y = (
        np.concatenate([mnist.train[name], mnist.validation[name]])
        for name in ("x", "y")
    )
    linear = LogisticRegression(max_iter=60)
    chances = cross_val_predict(linear, _pooled(x), y, cv=3, method="predict_proba")
    hard = _least(chances, y)
    held_out = _least(
        linear.fit(_pooled(x), y).predict_proba(_pooled(mnist.test["x"])),
        mnist.test["y"],
    )
    values = {"x": x[hard], "y": y[hard]}
    test = {"x": mnist.test["x"][held_out], "y": mnist.test["y"][held_out]}
    return _data("hardest", values, test)


def patches():
    """Drawn patches of stained tissue."""
    x, y = phantoms.patches(PATCHES + TEST_PATCHES)
    test = {"x": x[PATCHES:], "y": y[PATCHES:]}
    return _data("patches", {"x": x[:PATCHES], "y": y[:PATCHES]}, test)


SETS = {"hardest": hardest, "patches": patches, "sprites": lambda: data.load("sprites")}


def accuracies(dataset, recipe):
    """Validation and test accuracy of a network trained by the recipe, and its training minutes."""
    start = time.perf_counter()
    model = recipe.train(dataset)
    minutes = (time.perf_counter() - start) / 60
    splits = dataset.validation, dataset.test
    return [*(accuracy_of(model, split) for split in splits), minutes]


def _data(name, values, test):
    fields = {
        "x": Image(values["x"].shape[1:], 0, 255, dtype="uint8"),
        "y": Label(int(values["y"].max()) + 1),
    }
    return Data.from_arrays(name, values, fields, test)


def _pooled(images):
    return (
        images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(len(images), -1)
        / 255
    )


def _least(chances, labels):
    return np.argsort(chances[np.arange(len(labels)), labels])[: len(labels) // SHARE]


def main():
    parser = common.parser(__doc__)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--networks", nargs="+", choices=RECIPES, default=list(RECIPES))
    parser.add_argument(
        "--steps", type=int, help="batches of each training at most, to try this out"
    )
    arguments = parser.parse_args()
    rows = []
    for name in arguments.sets:
        dataset = SETS[name]()
        for network in arguments.networks:
            recipe = RECIPES[network]
            steps = min(recipe.steps, arguments.steps or recipe.steps)
            *read, minutes = accuracies(
                dataset, dataclasses.replace(recipe, steps=steps)
            )
            rows.append(
                [name, network, *(f"{value:.4f}" for value in read), f"{minutes:.1f}"]
            )
    print(common.machine())
    print(common.table(["set", "network", "validation", "test", "minutes"], rows))


if __name__ == "__main__":
    main()
