"""Networks of dense layers, which flatten values of any shape."""

from collections.abc import Sequence

import keras
from keras import layers

from kgen.networks import heads
from kgen.types import Shape, Tensor

STAGES = 3


def dense_encoder(
    shape: Shape,
    latent_dim: int,
    width: int = 200,
    num_classes: int | None = None,
    depth: int = 1,
    activation: str = "relu",
    penalty: keras.regularizers.Regularizer | None = None,
) -> keras.Model:
    """q(z|x[, y]) of ``depth`` hidden layers (0: linear): inputs x[, labels], mean and log_var."""
    x, labels = keras.Input(shape, name="x"), heads.label_input(num_classes)
    features = heads.join_labels(layers.Flatten()(x), labels, num_classes)
    for _ in range(depth):
        features = layers.Dense(
            width, activation=activation, kernel_regularizer=penalty
        )(features)
    outputs = heads.gaussian_head(features, latent_dim, penalty)
    return keras.Model([x, *labels] if labels else x, outputs, name="encoder")


def dense_decoder(
    shape: Shape,
    latent_dim: int,
    width: int = 200,
    num_classes: int | None = None,
    depth: int = 1,
    activation: str = "relu",
    penalty: keras.regularizers.Regularizer | None = None,
) -> keras.Model:
    """p(x|z[, y]) of ``depth`` hidden layers (0: linear): inputs z[, labels], output parameters."""
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    features = heads.join_labels(z, labels, num_classes)
    for _ in range(depth):
        features = layers.Dense(
            width, activation=activation, kernel_regularizer=penalty
        )(features)
    parameters = heads.value_head(features, shape, penalty)
    return keras.Model([z, *labels] if labels else z, parameters, name="decoder")


def dense_generator(
    shape: Shape,
    latent_dim: int,
    width: int = 256,
    limits: Sequence[float] = (-1.0, 1.0),
    activation: str = "leaky_relu",
    num_classes: int | None = None,
) -> keras.Model:
    """G(z[, y]), 3 hidden layers of doubling width: inputs z[, labels], values in ``limits``."""
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    features = heads.join_labels(z, labels, num_classes)
    for stage in range(STAGES):
        features = layers.Dense(width * 2**stage, activation=activation)(features)
    values = heads.bounded(heads.value_head(features, shape), limits)
    return keras.Model([z, *labels] if labels else z, values, name="generator")


def dense_discriminator(
    shape: Shape, width: int = 256, dropout: float = 0.3
) -> keras.Model:
    """D(x) of three hidden layers, the last ``width`` wide: input x, the logit that x is real."""
    x = keras.Input(shape, name="x")
    features = dense_features(layers.Flatten()(x), width, dropout)
    realness = layers.Dense(1, dtype="float32", name="realness")(features)
    return keras.Model(x, realness, name="discriminator")


def dense_features(features: Tensor, width: int, dropout: float = 0.0) -> Tensor:
    """Features through three hidden layers that halve in width, the last one ``width`` wide."""
    for stage in reversed(range(STAGES)):
        features = layers.LeakyReLU(0.2)(layers.Dense(width * 2**stage)(features))
        features = layers.Dropout(dropout)(features)
    return features
