"""GANs between N(0, 1) and N(mean, 1), whose optima theory knows."""

import keras
import numpy as np

from kgen.fields import Vector

FIELDS = {"x": Vector((1,), -100.0, 100.0, span=(-100.0, 100.0))}


def shift(mean):
    """G(z) = z + mean, not trained: fakes from N(mean, 1)."""
    dense = keras.layers.Dense(
        1, kernel_initializer="ones", bias_initializer=keras.initializers.Constant(mean)
    )
    network = keras.Sequential([keras.Input((1,)), dense])
    network.trainable = False
    return network


def line(activation=None):
    """D(x) = activation(w x + b); with a sigmoid it includes the optimum for equal variances."""
    return keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(1, activation, kernel_initializer="zeros"),
        ]
    )


def real(n):
    """Samples of N(0, 1)."""
    return np.random.default_rng(0).standard_normal((n, 1)).astype("float32")


def trained(model, epochs=20):
    """The model after its discriminator has learned all it can."""
    model.compile(discriminator_optimizer=keras.optimizers.Adam(0.1))
    model.fit(real(40_000), batch_size=2000, epochs=epochs, verbose=0)
    return model


def paid(model):
    """The players' losses on samples that the training has not seen."""
    return model.evaluate(
        real(100_000)[40_000:], batch_size=10_000, verbose=0, return_dict=True
    )
