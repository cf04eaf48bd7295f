"""Discriminators, critics and classifiers: convolutions on grids, dense layers on vectors."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import keras
from keras import layers

from kgen import checks
from kgen.fields import Numeric
from kgen.layers import RandomShift
from kgen.networks import heads
from kgen.networks.dense import dense_features
from kgen.networks.generators import DENSE, generator
from kgen.networks.ranks import KERNEL, POOLINGS, convolution, depth, rank
from kgen.networks.style import normalised
from kgen.types import Shape, Tensor

RESIDUAL_STAGES = 3
MOST_POINTS = 1024  # of a grid: 32 × 32


def discriminator(
    shape: Shape,
    width: int = 64,
    dropout: float = 0.0,
    noise: float = 0.0,
    num_classes: int | None = None,
    stain: float = 0.0,
    limits: Sequence[float] = (0.0, 1.0),
) -> keras.Model:
    """D(x[, y]) with BatchNorm in all convolutions but the first: inputs x[, labels], a logit.

    Every layer receives the labels, as in ``generator``. ``stain`` is the jitter of a
    ``RandomStain`` of images between ``limits``, here and below; 0 for none.
    """
    x, labels = keras.Input(shape, name="x"), heads.label_input(num_classes)
    tell = partial(heads.join_label_maps, labels=labels, num_classes=num_classes)
    seen = layers.GaussianNoise(noise)(heads.stained(x, stain, limits))
    features = _normalised_body(seen, width, dropout, tell)
    realness = heads.realness(heads.join_labels(features, labels, num_classes))
    return keras.Model([x, *labels] if labels else x, realness, name="discriminator")


def realness_of_classes(
    x: Tensor, num_classes: int, width: int, dropout: float, noise: float
) -> Tensor:
    """One logit per class that x is real: ``discriminator``, whose layers see no labels."""
    checks.check_fractions(dropout=dropout, noise=noise)
    # Dropout of all its maps would take a fifth of a step.
    seen = _normalised_body(layers.GaussianNoise(noise)(x), width, dropout=0.0)
    return heads.realness(layers.Dropout(dropout)(seen), num_classes)


def class_logits(x: Tensor, num_classes: int, width: int, **body: Any) -> Tensor:
    """Class logits of values, from the body of ``auxiliary_discriminator``."""
    features = _body(x, width, **body)
    return layers.Dense(num_classes, dtype="float32", name="classes")(features)


def feature_discriminator(shape: Shape, width: int = 32) -> keras.Model:
    """D(x) as ``discriminator``: the logit that x is real, and the last features f(x)."""
    x = keras.Input(shape, name="x")
    features = _normalised_body(x, width, dropout=0.0)
    return keras.Model(x, [heads.realness(features), features], name="discriminator")


def players(
    x: Numeric,
    latent_dim: int,
    width: int,
    dropout: float,
    noise: float,
    num_classes: int | None = None,
    stain: float = 0.0,
) -> tuple[keras.Model, keras.Model]:
    """DCGAN's generator and discriminator for a field, with labels where there are classes."""
    latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
    checks.check_fractions(dropout=dropout, noise=noise)
    drawing = generator(x.shape, latent_dim, width, num_classes, x.limits)
    judging = discriminator(
        x.shape, width, dropout, noise, num_classes, stain, x.limits
    )
    return drawing, judging


def critic(shape: Shape, width: int = 64) -> keras.Model:
    """f(x) without BatchNorm: input x, output an unbounded number."""
    x = keras.Input(shape, name="x")
    return keras.Model(x, _valued(x, width)[0], name="discriminator")


def featured_critic(shape: Shape, width: int = 64) -> keras.Model:
    """f(x) as ``critic``: the number, and the features that it is read from."""
    x = keras.Input(shape, name="x")
    return keras.Model(x, _valued(x, width), name="discriminator")


def critic_features(x: Tensor, width: int) -> Tensor:
    """Values through the strided convolutions of ``critic``."""
    features, shape = x, tuple(x.shape[1:])
    for stage in range(depth(shape)):
        layer = convolution(shape)(width * 2**stage, KERNEL, 2, padding="same")
        features = layers.LeakyReLU(0.2)(layer(features))
    return features


def patch_discriminator(shape: Shape, width: int = 64) -> keras.Model:
    """A patch discriminator: input x, output a map of unbounded numbers, one per patch."""
    x = keras.Input(shape, name="x")
    features = layers.LeakyReLU(0.2)(_halved(x, shape, width))
    for stage in range(1, depth(shape) - 1):
        features = _halved(features, shape, width * 2**stage, use_bias=False)
        features = layers.LeakyReLU(0.2)(layers.GroupNormalization(-1)(features))
    options = {
        "padding": "same",
        "kernel_initializer": heads.normal_weights(),
        "dtype": "float32",
    }
    realness = convolution(shape)(1, KERNEL, name="realness", **options)(features)
    return keras.Model(x, realness, name="discriminator")


def feature_critic(shape: Shape, width: int = 64) -> keras.Model:
    """A critic's features on ever coarser grids: input x, outputs x and one map per halving."""
    x = keras.Input(shape, name="x")
    features, seen = x, [layers.Identity(dtype="float32")(x)]
    for stage in range(depth(shape)):
        features = _halved(features, shape, width * 2**stage, use_bias=False)
        features = layers.LeakyReLU(0.2)(layers.GroupNormalization(-1)(features))
        seen.append(features)
    return keras.Model(x, seen, name="discriminator")


def auxiliary_discriminator(
    shape: Shape, num_classes: int, width: int = 32, **body: Any
) -> keras.Model:
    """Two heads on one body: the logit that x is real, and the logits of its class.

    ``body``: ``dropout`` (0.25), the ``noise`` (0.1) and the largest ``shift`` (0.08) of x in
    training; ``stain`` and ``limits`` as in ``discriminator``.
    """
    x = keras.Input(shape, name="x")
    features = _body(x, width, **body)
    realness = layers.Dense(1, dtype="float32", name="realness")(features)
    classes = layers.Dense(num_classes, dtype="float32", name="classes")(features)
    return keras.Model(x, [realness, classes], name="discriminator")


def separate_discriminator(
    shape: Shape, num_classes: int, width: int = 32, **body: Any
) -> keras.Model:
    """``discriminator`` and ``classifier`` in one: outputs as of ``auxiliary_discriminator``.

    ``body`` changes the input of the classifier alone: G copies what D sees of it.
    """
    x = keras.Input(shape, name="x")
    realness = discriminator(shape, width)(x)
    classes = classifier(shape, num_classes, width, **body)(x)
    return keras.Model(x, [realness, classes], name="discriminator")


def classifier(
    shape: Shape, num_classes: int, width: int = 32, **body: Any
) -> keras.Model:
    """``auxiliary_discriminator`` with its class head alone: input x, output the class logits."""
    x = keras.Input(shape, name="x")
    return keras.Model(
        x, class_logits(x, num_classes, width, **body), name="classifier"
    )


def residual_classifier(
    shape: Shape,
    num_classes: int,
    width: int = 32,
    dropout: float = 0.25,
    shift: float = 0.08,
) -> keras.Model:
    """Residual blocks on grids that each halve the last one: input x, output the class logits."""
    x = keras.Input(shape, name="x")
    features = layers.Dropout(dropout)(
        _pooled_blocks(x, width, shift) if rank(shape) else _dense_blocks(x, width)
    )
    classes = layers.Dense(num_classes, dtype="float32", name="classes")(features)
    return keras.Model(x, classes, name="classifier")


def _valued(x, width):
    """The number without bounds, and the features that it is read from."""
    seen = critic_features if rank(x.shape[1:]) else dense_features
    features = layers.Flatten()(seen(x, width if rank(x.shape[1:]) else DENSE * width))
    return [layers.Dense(1, dtype="float32", name="value")(features), features]


def _normalised_body(x, width, dropout, tell=lambda features: features):
    shape = tuple(x.shape[1:])
    if not rank(shape):
        return dense_features(tell(x), DENSE * width, dropout)
    features = _halved(tell(x), shape, width)
    for stage in range(1, depth(shape)):
        features = layers.Dropout(dropout)(layers.LeakyReLU(0.2)(features))
        features = normalised(
            _halved(tell(features), shape, width * 2**stage, use_bias=False)
        )
    return layers.Dropout(dropout)(layers.Flatten()(layers.LeakyReLU(0.2)(features)))


def _body(x, width, dropout=0.25, noise=0.1, shift=0.08, stain=0.0, limits=(0.0, 1.0)):
    x = heads.stained(x, stain, limits)
    checks.check_fractions(dropout=dropout, noise=noise, shift=shift)
    shape = tuple(x.shape[1:])
    if not rank(shape):
        return dense_features(
            layers.GaussianNoise(noise)(x), 2 * DENSE * width, dropout
        )
    features = layers.GaussianNoise(noise)(RandomShift(shift)(x))
    for stage in range(depth(shape)):
        kernel = KERNEL + (stage == 0)
        layer = convolution(shape)(width * 2**stage, kernel, 2, padding="same")
        features = layers.LeakyReLU(0.2)(layer(features))
    features = layers.Dropout(dropout)(layers.Flatten()(features))
    features = layers.LeakyReLU(0.2)(layers.Dense(8 * width)(features))
    return layers.Dropout(dropout)(features)


def _pooled_blocks(x, width, shift):
    features = _brought_to_points(RandomShift(shift)(x), width)
    for stage in range(RESIDUAL_STAGES):
        features = _residual(features, width * 2**stage, stride=1 + (stage > 0))
    return POOLINGS[rank(x.shape[1:])]()(features)


def _dense_blocks(x, width):
    for _ in range(RESIDUAL_STAGES):
        x = _residual(x, DENSE * width)
    return x


def _brought_to_points(features, width):
    """Features on a grid of at most ``MOST_POINTS``, so that the layers after it cost no more."""
    while math.prod(features.shape[1:-1]) > MOST_POINTS:
        features = _activated(features, width, stride=2)
    return features


def _residual(features, width, stride=1):
    features = _activated(features, width, stride)
    return layers.Add()([features, _activated(_activated(features, width), width)])


def _activated(features, width, stride=1):
    shape = tuple(features.shape[1:])
    if rank(shape):
        layer = convolution(shape)(width, 3, stride, padding="same", use_bias=False)
    else:
        layer = layers.Dense(width, use_bias=False)
    return layers.ReLU()(normalised(layer(features)))


def _halved(features, shape, filters, **options):
    options = {
        "padding": "same",
        "kernel_initializer": heads.normal_weights(),
        **options,
    }
    return convolution(shape)(filters, KERNEL, 2, **options)(features)
