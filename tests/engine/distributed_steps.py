"""Trains a model without randomness on some devices and writes its losses, its weights and the noise of a step.

Run by test_distribution.py: python -m tests.engine.distributed_steps DEVICES RESULT.npz
"""

import sys

import keras
import numpy as np
from keras import ops

from kgen.engine import distribute
from tests.conftest import CLASSES, SHAPE, tiny


def noise_of_devices(model):
    """What the devices draw in one step, one after the other."""
    if keras.backend.backend() == "jax":
        return model.noise((8, 3), True)
    import tensorflow as tf

    strategy = tf.distribute.get_strategy()
    drawn = strategy.run(lambda: model.noise((8 // strategy.num_replicas_in_sync, 3), True))
    return np.concatenate(strategy.experimental_local_results(drawn))


def main(count, result):
    with distribute(count):
        keras.utils.set_random_seed(0)
        model = tiny("cvae", ema_decay=0.9)
        noise = noise_of_devices(model)
        model.noise = lambda shape, training: ops.zeros(shape)
        random = np.random.default_rng(1)
        x, y = random.random((128, *SHAPE), dtype="float32"), random.integers(0, CLASSES, 128)
        logs = model.fit(x, y, batch_size=32, shuffle=False, validation_data=(x[:64], y[:64]), verbose=0).history
        weights = {f"weight_{i}": weight for i, weight in enumerate(model.get_weights())}
    np.savez(result, noise=noise, **{name: values[0] for name, values in logs.items()}, **weights)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
