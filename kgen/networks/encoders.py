"""The encoder and the decoder of values of any shape: convolutional on grids, dense on vectors."""

import math

import keras
from keras import layers

from kgen import checks
from kgen.networks import heads
from kgen.networks.ranks import (
    KERNEL,
    coarsest,
    convolution,
    cropped,
    halvings,
    rank,
    transposed,
)
from kgen.networks.style import Style
from kgen.types import Shape

PLAIN = Style()
HIDDEN = 2  # layers between a vector and its latents, each 8 times as wide as the style


def encoder(
    shape: Shape, latent_dim: int, style: Style = PLAIN, num_classes: int | None = None
) -> keras.Model:
    """q(z|x[, y]): inputs x[, labels], outputs mean and log_var, each (n, latent_dim)."""
    (latent_dim,) = checks.check_sizes(latent_dim=latent_dim)
    inputs, features = _seen(shape, latent_dim, style, num_classes)
    outputs = heads.gaussian_head(features, latent_dim, style.penalty)
    return keras.Model(inputs, outputs, name="encoder")


def coder(shape: Shape, latent_dim: int, style: Style = PLAIN) -> keras.Model:
    """An encoder without a distribution: input x, output latents (n, latent_dim)."""
    (latent_dim,) = checks.check_sizes(latent_dim=latent_dim)
    inputs, features = _seen(shape, latent_dim, style, None)
    options = {"dtype": "float32", "kernel_regularizer": style.penalty}
    return keras.Model(
        inputs,
        layers.Dense(latent_dim, name="code", **options)(features),
        name="encoder",
    )


def decoder(
    shape: Shape, latent_dim: int, style: Style = PLAIN, num_classes: int | None = None
) -> keras.Model:
    """p(x|z[, y]): inputs z[, labels], output the likelihood's parameters, of the values' shape."""
    (latent_dim,) = checks.check_sizes(latent_dim=latent_dim)
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    features = heads.join_labels(z, labels, num_classes)
    drawn = _drawn_grid if rank(shape) else _drawn_vector
    parameters = drawn(features, shape, style, latent_dim)
    return keras.Model([z, *labels] if labels else z, parameters, name="decoder")


def _seen(shape, latent_dim, style, num_classes):
    """The inputs of an encoder and the features that its latents are read from."""
    x, labels = keras.Input(shape, name="x"), heads.label_input(num_classes)
    seen = _seen_grid if rank(shape) else _seen_vector
    features = seen(x, labels, num_classes, style, latent_dim)
    return [x, *labels] if labels else x, features


def _seen_grid(x, labels, num_classes, style, latent_dim):
    features, kind = x, convolution(x.shape[1:])
    for stage in range(halvings(x.shape[1:])):
        filters = style.width * 2**stage
        features = style.layer(kind, filters, KERNEL, 2, padding="same")(features)
        features = _deepened(features, kind, style)
    features = heads.join_labels(layers.Flatten()(features), labels, num_classes)
    return style.dense(features, style.hidden(latent_dim))


def _drawn_grid(features, shape, style, latent_dim):
    stages = halvings(shape)
    coarse = coarsest(shape, style.width, stages)
    for units in (style.hidden(latent_dim), math.prod(coarse)):
        features = style.dense(features, units)
    features = layers.Reshape(coarse)(features)
    for stage in reversed(range(stages - 1)):
        features = _deepened(features, convolution(shape), style)
        filters = style.width * 2**stage
        features = style.layer(transposed(shape), filters, KERNEL, 2, padding="same")(
            features
        )
    features = _deepened(features, convolution(shape), style)
    last = {"padding": "same", "dtype": "float32", "kernel_regularizer": style.penalty}
    return cropped(transposed(shape)(shape[-1], KERNEL, 2, **last)(features), shape)


def _seen_vector(x, labels, num_classes, style, latent_dim):
    features = heads.join_labels(x, labels, num_classes)
    return _hidden(features, style, latent_dim)


def _drawn_vector(features, shape, style, latent_dim):
    features = _hidden(features, style, latent_dim)
    return layers.Dense(shape[0], dtype="float32", kernel_regularizer=style.penalty)(
        features
    )


def _hidden(features, style, latent_dim):
    for _ in range(HIDDEN * style.convolutions):
        features = style.dense(features, max(8 * style.width, style.hidden(latent_dim)))
    return features


def _deepened(features, kind, style):
    """More layers at the same resolution."""
    for _ in range(style.convolutions - 1):
        features = style.layer(kind, features.shape[-1], KERNEL - 1, padding="same")(
            features
        )
    return features
