"""Maps of kgen.interpret: the cost of occlusion, planted evidence, and networks that forget.

Occlusion takes turns with the bare forward passes that it needs, on ready batches of the same size.
Convolutional networks with a pooled end learn to find a striped square in noise, and to classify
digits. Maps of new values have to find the square, and to change when the weights are redrawn.

Example:
    python benchmarks/interpret.py --rounds 5
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import time
from functools import partial

import common
from kgen import data, interpret, networks
from kgen.engine.backend import compiled
from kgen.interpret.subject import piece
from kgen.networks.ranks import CONVOLUTIONS, POOLINGS

import keras
import numpy as np
from keras import layers, ops

COVERED = {
    "96 × 96, patch 8, stride 4": ((96, 96), 8, 4),
    "64 × 64 × 64, patch 8, stride 8": ((64, 64, 64), 8, 8),
}
WIDTH = 24  # of the classifier whose passes are timed, as in GANs that classify
PLANTED = {
    "32 × 32, square of 8": ((32, 32), 8, 5e-3),
    "16 × 16 × 16, cube of 6": ((16, 16, 16), 6, 1e-2),
}
COUNT, EPOCHS, PATCH = 600, 12, 4
# digits, the width of their classifier, random networks
READ, READER, DRAWS = 32, 64, 16
METHODS = {
    "gradient": interpret.gradient,
    "Grad-CAM": partial(interpret.grad_cam, rectified=False),
    "guided backprop": interpret.guided_backprop,
}


def trained(x, y, stages, width, rate):
    """A trained convolutional classifier, one layer per (kernel, stride) stage, then pooling."""
    keras.utils.set_random_seed(0)
    rank, classes = x.ndim - 2, int(y.max()) + 1
    features = values = keras.Input(x.shape[1:])
    for kernel, stride in stages:
        layer = CONVOLUTIONS[rank](
            width, kernel, stride, padding="same", activation="relu"
        )
        features = layer(features)
    model = keras.Model(values, layers.Dense(classes)(POOLINGS[rank]()(features)))
    model.compile(
        keras.optimizers.Adam(rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(x, y, batch_size=32, epochs=EPOCHS, verbose=0)
    return model


def costs(rounds):
    """A row per shape: seconds of bare passes and of occlusion, and their quotient per round."""
    for name, (sides, patch, stride) in COVERED.items():
        model = networks.classifier((*sides, 1), 2, WIDTH)
        x = np.random.default_rng(0).random((1, *sides, 1), dtype="float32")
        passes = int(np.prod([(side - patch) // stride + 1 for side in sides]))
        occlude = partial(
            interpret.occlusion, model, x, target=1, patch=patch, stride=stride
        )
        contenders = {
            "bare": partial(seconds, bare(model, x, passes)),
            "occlusion": partial(seconds, occlude),
        }
        found = common.interleaved(contenders, rounds)
        medians = [f"{np.median(found[one]):.2f}" for one in contenders]
        yield (
            name,
            f"{passes:,}",
            *medians,
            common.quotients(found["occlusion"], found["bare"]),
        )


def bare(model, x, passes):
    """The bare passes, on a ready batch of the size that occlusion uses."""
    size = piece(passes, x.shape[1:])
    batch = ops.convert_to_tensor(np.repeat(x, size, axis=0))

    def run():
        scores = compiled(lambda values: model(values)[:, 1])
        for _ in range(-(-passes // size)):
            ops.convert_to_numpy(scores(batch))

    return run


def seconds(run):
    """How long something takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def planted():
    """A row per shape: how often the peak of new maps is in the square, beside a random point."""
    for name, (sides, size, rate) in PLANTED.items():
        x, y, _ = interpret.squares(COUNT, sides, size)
        model = trained(x, y, [(4, 2), (3, 1)], 16, rate)
        x, y, evidence = interpret.squares(COUNT, sides, size, seed=1)
        x, evidence = x[y == 1], evidence[y == 1]
        maps = {
            "Grad-CAM": interpret.grad_cam(model, x, 1),
            "occlusion": interpret.occlusion(model, x, 1, PATCH, baseline=0.5),
            "random": np.random.default_rng(0).random(evidence.shape),
        }
        yield (
            name,
            *(
                f"{interpret.pointing_game(found, evidence):.3f}"
                for found in maps.values()
            ),
        )


def forgotten():
    """A row per method: Spearman's ρ with true maps, as layers are redrawn from last to first."""
    digits = data.load("digits")
    train, test = (
        np.kron(part["x"] / 16.0, np.ones((1, 2, 2, 1))).astype("float32")
        for part in (digits.train, digits.test)
    )
    model = trained(train, digits.train["y"], [(5, 1), (3, 2), (3, 1)], READER, 3e-3)
    for name, method in METHODS.items():
        found = interpret.cascade(model, test[:READ], method, draws=DRAWS)
        yield name, *(f"{one.similarity:.3f}" for one in found)


def main():
    parser = common.parser(__doc__)
    arguments = parser.parse_args()
    print(common.machine())
    header = ["occlusion", "passes", "bare, s", "occlusion, s", "occlusion / bare"]
    print(common.table(header, costs(arguments.rounds)))
    print(
        common.table(["planted", "Grad-CAM", "occlusion", "a random point"], planted())
    )
    print(
        common.table(
            ["drawn anew", "classes", "and conv 3", "and conv 2", "all"], forgotten()
        )
    )


if __name__ == "__main__":
    main()
