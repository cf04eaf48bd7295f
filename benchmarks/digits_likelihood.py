"""Test log-likelihood of binarised digits under a VAE and a CVAE of one hidden layer.

The bound is importance-weighted, with k = 500.

Example:
    python benchmarks/digits_likelihood.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
import time

from kgen import data, networks
from kgen.metrics import importance_weighted_log_likelihood
from kgen.models import CVAE, VAE

import keras
import numpy as np

LATENT_DIM, WIDTH, EPOCHS, BATCH_SIZE = 16, 200, 60, 32


def binarised(split):
    """Pixels above one half as 1, the others as 0."""
    return (split.scaled() > 0.5).astype("float32"), split.labels


def build(cls, image_shape, num_classes):
    """A model of ``cls`` with dense networks of one hidden layer."""
    size = (image_shape, LATENT_DIM, WIDTH, num_classes)
    classes = {"num_classes": num_classes} if num_classes else {}
    return cls(
        networks.dense_encoder(*size),
        networks.dense_decoder(*size),
        **classes,
        seed=0,
        ema_decay=0.995,
    )


def main():
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    dataset = data.load("digits")
    train, test = (
        [np.concatenate(parts) for parts in zip(*map(binarised, splits), strict=True)]
        for splits in ((dataset.train, dataset.validation), (dataset.test,))
    )
    for cls, num_classes in ((VAE, None), (CVAE, dataset.num_classes)):
        keras.utils.set_random_seed(0)
        model = build(cls, dataset.image_shape, num_classes)
        model.compile(keras.optimizers.Adam(2e-3))
        start = time.perf_counter()
        model.fit(*train, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=0)
        seconds = time.perf_counter() - start
        labels = test[1] if num_classes else None
        nll = -importance_weighted_log_likelihood(
            model, test[0], labels, samples=500
        ).mean()
        print(f"{cls.__name__}: test NLL {nll:.2f} nats, trained {seconds:.0f} s")


if __name__ == "__main__":
    main()
