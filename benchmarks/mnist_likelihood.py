"""Log-likelihood of MNIST's test images under VAEs and IWAEs; a killed run continues.

Each model is trained on the 60,000 training images, never on test images, and keeps its last
weights. The ``keras-io`` models take grey pixels, the others pixels that are drawn 0 or 1 anew in
every batch. An IWAE starts from the weights of the VAE of its networks, which is the same model
with k = 1, because its steps cost k times as much.

Example:
    python benchmarks/mnist_likelihood.py runs/likelihood --models dense-vae iwae --samples 5000
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kgen import data, networks
from kgen.metrics import importance_weighted_log_likelihood
from kgen.models import IWAE, VAE
from kgen.runs.run import Run

import keras
import numpy as np
from keras import layers

SHAPE, BATCH_SIZE = (28, 28, 1), 128
DENSE = {"latent_dim": 50, "width": 200, "depth": 2, "activation": "silu"}


class Subject(NamedTuple):
    """A model and how it is trained."""

    build: callable
    epochs: int
    rate: float = 2e-3  # falls to a fiftieth along a cosine
    begin_with: str = ""  # the subject whose weights it starts from


def dense(cls, **options):
    """The 784–200–200–50 networks of the IWAE paper, with SiLU, which learns faster than tanh."""
    return cls(
        networks.dense_encoder(SHAPE, **DENSE),
        networks.dense_decoder(SHAPE, **DENSE),
        **options,
    )


def convolutional(cls, **options):
    """kgen's own networks with BatchNorm and SiLU: the bound falls several times as fast."""
    style = networks.Style(width=40, activation="silu", normalised=True)
    return cls(
        networks.encoder(SHAPE, 32, style),
        networks.decoder(SHAPE, 32, style),
        **options,
    )


def keras_io(seed):
    """The small network of the Keras example of a VAE."""
    x, z = keras.Input(SHAPE), keras.Input((2,))
    features = layers.Conv2D(32, 3, 2, padding="same", activation="relu")(x)
    features = layers.Conv2D(64, 3, 2, padding="same", activation="relu")(features)
    features = layers.Dense(16, activation="relu")(layers.Flatten()(features))
    encoder = keras.Model(x, [layers.Dense(2)(features), layers.Dense(2)(features)])
    features = layers.Reshape((7, 7, 64))(
        layers.Dense(7 * 7 * 64, activation="relu")(z)
    )
    for width in (64, 32):
        features = layers.Conv2DTranspose(
            width, 3, 2, padding="same", activation="relu"
        )(features)
    return VAE(
        encoder,
        keras.Model(z, layers.Conv2DTranspose(1, 3, padding="same")(features)),
        seed=seed,
    )


SUBJECTS = {
    "dense-vae": Subject(lambda: dense(VAE, seed=0), 600),
    "iwae": Subject(
        lambda: dense(IWAE, samples=50, seed=0), 25, 1e-3, begin_with="dense-vae"
    ),
    "conv-vae": Subject(lambda: convolutional(VAE, seed=0), 90, 4e-3),
    "conv-iwae": Subject(
        lambda: convolutional(IWAE, samples=10, seed=0), 4, 1e-3, begin_with="conv-vae"
    ),
}


def joined(*splits):
    """Several splits as one."""
    first = splits[0]
    values = {
        name: np.concatenate([split[name] for split in splits]) for name in first.fields
    }
    return replace(first, values=values)


def trained(run, name, train):
    """The subject's model after all its epochs, saved after each."""
    subject, file = SUBJECTS[name], f"{name}.keras"
    keras.utils.set_random_seed(0)
    steps = train.steps(BATCH_SIZE)
    model = saved(run, name) or begun(run, subject, steps)
    model.fit(
        train.batches(BATCH_SIZE, first_epoch=model.epochs_trained), steps_per_epoch=steps,
        epochs=subject.epochs, initial_epoch=model.epochs_trained, shuffle=False, verbose=2,
        callbacks=[
            keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: run.save_model(model, file))
        ],
    )  # fmt: skip
    return model


def saved(run, name):
    """The model as far as it was trained, or ``None``."""
    path = run.path / f"{name}.keras"
    return keras.saving.load_model(path) if path.exists() else None


def begun(run, subject, steps):
    """A model before its first step."""
    model = subject.build()
    if subject.begin_with:
        first = saved(run, subject.begin_with)
        if first is None:
            raise SystemExit(
                f"This model begins where {subject.begin_with} ends: "
                f"add --models {subject.begin_with}."
            )
        model.encoder.set_weights(first.encoder.get_weights())
        model.decoder.set_weights(first.decoder.get_weights())
    rate = keras.optimizers.schedules.CosineDecay(
        subject.rate, subject.epochs * steps, 0.02
    )
    model.compile(keras.optimizers.Adam(rate))
    return model


def grey(run, dataset, seed):
    """The Keras example: training loss on all 70,000 images, its own protocol; and test loss."""
    everything = joined(dataset.train, dataset.validation, dataset.test)
    for name, train in (
        ("all", everything),
        ("train", joined(dataset.train, dataset.validation)),
    ):
        keras.utils.set_random_seed(seed)
        model = keras_io(seed)
        model.compile(keras.optimizers.Adam(1e-3))
        logs = model.fit(
            train.scaled(), batch_size=BATCH_SIZE, epochs=30, verbose=2
        ).history
        run.save_model(model, f"keras-io-{name}.keras")
        parts = ", ".join(f"{part} {values[-1]:.2f}" for part, values in logs.items())
        print(
            f"keras-io, {len(train)} grey images, last epoch's running mean: {parts}",
            flush=True,
        )
    test = model.evaluate(dataset.test.scaled(), verbose=0, return_dict=True)
    print(f"keras-io, 60000 grey images, test: {test}", flush=True)


def measure(name, model, test, samples):
    """Prints the bounds of the model on the test images."""
    start = time.perf_counter()
    bounds = {
        k: -importance_weighted_log_likelihood(model, test, samples=k)
        for k in (1, samples)
    }
    values = ", ".join(
        f"k={k}: {b.mean():.2f} ± {b.std() / len(b) ** 0.5:.2f}"
        for k, b in bounds.items()
    )
    print(
        f"{name}: −log p of {len(test)} test images, nats: {values}; "
        f"{time.perf_counter() - start:.0f} s",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="directory of the models")
    parser.add_argument(
        "--models",
        nargs="+",
        default=["keras-io", *SUBJECTS],
        choices=["keras-io", *SUBJECTS],
    )
    parser.add_argument("--samples", type=int, default=5000, help="k of the bound")
    parser.add_argument("--seed", type=int, default=0, help="of the keras-io models")
    arguments = parser.parse_args()
    run, dataset = Run(arguments.path), data.load("mnist")
    whole = replace(dataset, train=joined(dataset.train, dataset.validation))
    binary = whole.binarised("dynamic")
    for name in arguments.models:
        if name == "keras-io":
            grey(run, dataset, arguments.seed)
        else:
            measure(
                name,
                trained(run, name, binary.train),
                binary.test["x"],
                arguments.samples,
            )


if __name__ == "__main__":
    main()
