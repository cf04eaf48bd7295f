"""Trains a deterministic model on some devices; writes its losses, weights and a step's noise.

Run by test_distribution.py: python -m tests.engine.distributed_steps MODEL DEVICES RESULT.npz
"""

import sys

import keras
import numpy as np
import pytest
from keras import ops

from kgen.engine import GenerativeModel, distribute
from tests.conftest import CLASSES, SHAPE, tiny

PERIOD = 8


def drawn_by_devices(draw):
    """What the devices draw in one step, one after the other."""
    if keras.backend.backend() == "jax":
        return draw(8)
    import tensorflow as tf

    strategy = tf.distribute.get_strategy()
    drawn = strategy.run(lambda: draw(8 // strategy.num_replicas_in_sync))
    return np.concatenate(strategy.experimental_local_results(drawn))


def numbers(shape, training, draw=None):
    """Numbers that repeat from image to image: every device gets what a single one would get."""
    table = ops.reshape(
        ops.sin(ops.arange(PERIOD * shape[1], dtype="float32")), (PERIOD, shape[1])
    )
    return ops.take(table, ops.arange(shape[0]) % PERIOD, axis=0)


def dropout_of_a_network():
    """A dropout layer that belongs to a network of a model."""
    network = keras.Sequential([keras.Input((100,)), keras.layers.Dropout(0.5)])
    GenerativeModel({"model": [network]})
    return network.layers[-1]


def main(name, count, result):
    with distribute(count):
        keras.utils.set_random_seed(0)
        model = tiny(name, dropout=0.0, ema_decay=0.9)
        dropping = dropout_of_a_network()
        noise = drawn_by_devices(lambda size: model.noise((size, 3), True))
        masks = drawn_by_devices(
            lambda size: dropping(ops.ones((size, 100)), training=True)
        )
        model.noise = numbers
        random = np.random.default_rng(1)
        x, y = (
            random.random((128, *SHAPE), dtype="float32"),
            random.integers(0, CLASSES, 128),
        )
        logs = model.fit(
            x,
            y,
            batch_size=32,
            shuffle=False,
            validation_data=(x[:64], y[:64]),
            verbose=0,
        ).history
        weights = {
            f"weight_{i}": weight for i, weight in enumerate(model.get_weights())
        }
        if count > 1:
            with pytest.raises(
                ValueError,
                match="35 images in batches of 16 cannot be divided among 2 devices",
            ):
                model.fit(x[:35], y[:35], batch_size=16)
    np.savez(
        result,
        noise=noise,
        masks=masks,
        **{name: values[0] for name, values in logs.items()},
        **weights,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
