"""Inputs and outputs that every kind of network shares."""

import math
from collections.abc import Sequence

import keras
from keras import layers

from kgen import checks
from kgen.layers import OneHot, RandomStain, Spread
from kgen.networks.ranks import rank
from kgen.types import Shape, Tensor


def label_input(num_classes: int | None) -> list[Tensor]:
    """The input of whole-number labels, or nothing for a network without labels."""
    return [keras.Input((), dtype="int32", name="labels")] if num_classes else []


def join_labels(
    features: Tensor, labels: Sequence[Tensor], num_classes: int | None
) -> Tensor:
    """Features concatenated with the one-hot labels."""
    if num_classes is None:
        return features
    vectors = [OneHot(num_classes)(label) for label in labels]
    return layers.Concatenate()([features, *vectors]) if vectors else features


def join_label_maps(
    values: Tensor, labels: Sequence[Tensor], num_classes: int | None
) -> Tensor:
    """Values with one more constant channel per class, 1 for the label's and 0 for the others."""
    shape = tuple(values.shape[1:])
    if not rank(shape):
        return join_labels(values, labels, num_classes)
    if num_classes is None:
        return values
    maps = [Spread(shape[:-1])(OneHot(num_classes)(label)) for label in labels]
    return layers.Concatenate()([values, *maps]) if maps else values


def stained(values: Tensor, stain: float, limits: Sequence[float]) -> Tensor:
    """Images as a network sees them in training: with a random strength of their stains."""
    checks.check_fractions(stain=stain)
    return RandomStain(stain, limits)(values) if stain else values


def gaussian_head(
    features: Tensor,
    latent_dim: int,
    penalty: keras.regularizers.Regularizer | None = None,
) -> list[Tensor]:
    """Mean and log-variance of a Gaussian over the latent space, in float32 under any precision."""
    options = {"dtype": "float32", "kernel_regularizer": penalty}
    return [
        layers.Dense(latent_dim, name=name, **options)(features)
        for name in ("mean", "log_var")
    ]


def bounded(values: Tensor, limits: Sequence[float]) -> Tensor:
    """Any numbers squashed by tanh between the limits of the scaled values, in float32."""
    low, high = limits
    squashed = layers.Activation("tanh", dtype="float32")(values)
    name = "pixels"  # as runs of the first versions call it
    return layers.Rescaling(
        (high - low) / 2, (high + low) / 2, dtype="float32", name=name
    )(squashed)


def value_head(
    features: Tensor,
    shape: Shape,
    penalty: keras.regularizers.Regularizer | None = None,
) -> Tensor:
    """A dense layer from features to the shape of a value."""
    options = {"dtype": "float32", "kernel_regularizer": penalty}
    return layers.Reshape(shape)(layers.Dense(math.prod(shape), **options)(features))


def realness(features: Tensor, count: int = 1) -> Tensor:
    """The logit that values are real, or ``count`` of them, one per class."""
    options = {
        "kernel_initializer": normal_weights(),
        "dtype": "float32",
        "name": "realness",
    }
    return layers.Dense(count, **options)(features)


def normal_weights() -> keras.initializers.Initializer:
    """The initializer of DCGAN's weights, N(0, 0.02²)."""
    return keras.initializers.RandomNormal(0.0, 0.02)
