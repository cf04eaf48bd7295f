"""Small networks of every architecture, on values of one, two and three dimensions."""

import keras
from keras import layers

from kgen.networks.ranks import CONVOLUTIONS, POOLINGS

SHAPES = {1: (16, 1), 2: (12, 10, 2), 3: (8, 6, 8, 1)}
CLASSES = 3
POSITIVE = keras.initializers.RandomUniform(0.1, 1.0)  # no map is 0 everywhere


def body(rank):
    """Layers from values to features on a grid, the last of them named ``deep``."""
    convolution = CONVOLUTIONS[rank]
    yield convolution(4, 3, padding="same", activation="relu")
    yield layers.LeakyReLU()
    yield convolution(5, 3, 2, padding="same")
    yield layers.ReLU(name="deep")


def head(rank, classes=CLASSES, activation=None):
    """Layers from features on a grid to classes; every feature speaks for every class."""
    yield POOLINGS[rank]()
    yield layers.Dense(classes, activation=activation, kernel_initializer=POSITIVE)


def sequential(rank=2, **options):
    return keras.Sequential(
        [keras.Input(SHAPES[rank]), *body(rank), *head(rank, **options)]
    )


def functional(rank=2, **options):
    x = values = keras.Input(SHAPES[rank])
    for layer in (*body(rank), *head(rank, **options)):
        values = layer(values)
    return keras.Model(x, values)


def nested(rank=2, **options):
    """A model within a model within a model."""
    inner = keras.Sequential([keras.Input(SHAPES[rank]), *body(rank)], name="inner")
    outer = keras.Sequential(
        [keras.Input(SHAPES[rank]), inner, layers.Dropout(0.2)], name="outer"
    )
    x = keras.Input(SHAPES[rank])
    values = outer(x)
    for layer in head(rank, **options):
        values = layer(values)
    return keras.Model(x, values)


class Subclassed(keras.Model):
    """A model with a custom ``call``, and with a model inside."""

    def __init__(self, rank, **options):
        super().__init__()
        self.features = keras.Sequential(list(body(rank)))
        self.answer = list(head(rank, **options))

    def call(self, x):
        x = self.features(x)
        for layer in self.answer:
            x = layer(x)
        return x


def subclassed(rank=2, **options):
    model = Subclassed(rank, **options)
    model(keras.ops.zeros((1, *SHAPES[rank])))
    return model


def two_headed(rank=2, classes=CLASSES, **options):
    """Like kgen's discriminators: the logit of being real, and the logits of classes."""
    x = features = keras.Input(SHAPES[rank])
    for layer in body(rank):
        features = layer(features)
    features = POOLINGS[rank]()(features)
    real = layers.Dense(1, name="realness")
    named = layers.Dense(
        classes, name="classes", kernel_initializer=POSITIVE, **options
    )
    return keras.Model(x, [real(features), named(features)])


def two_bodied(rank=2, **options):
    """The same, but the heads share nothing, and the first one's layers end later."""
    classes = functional(rank, **options)
    x = real = classes.inputs[0]
    deeper = [CONVOLUTIONS[rank](2, 3, padding="same") for _ in range(8)]
    for layer in [*deeper, *head(rank, 1)]:
        real = layer(real)
    return keras.Model(x, [real, classes.outputs[0]])


BUILDS = {
    one.__name__: one
    for one in (sequential, functional, nested, subclassed, two_headed, two_bodied)
}
