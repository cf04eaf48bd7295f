"""U-Nets: from values on a grid to others on the same grid, by fine and by coarse features."""

from collections.abc import Sequence

import keras
from keras import layers

from kgen import checks
from kgen.networks import heads
from kgen.networks.ranks import (
    KERNEL,
    convolution,
    cropped,
    halvings,
    padded,
    transposed,
)
from kgen.networks.style import normalised
from kgen.types import Shape

NARROW = 3  # the kernel of the layers that keep the grid
MOST_HALVINGS = 3


def unet(
    shape: Shape, channels: int, width: int = 32, limits: Sequence[float] | None = None
) -> keras.Model:
    """F(x) of two layers per resolution, halved each time: input x, output numbers at every point.

    Args:
        shape: tuple (…, channels) of x.
        channels: int ≥ 1, of the output.
        width: int ≥ 1, channels of the finest maps, twice as many with every halving.
        limits: pair of floats that bound the output; by default it is unbounded.

    Reference:
        Ronneberger, Fischer & Brox, U-Net: Convolutional Networks for Biomedical Image
        Segmentation, 2015, arXiv:1505.04597
    """
    width, channels = checks.check_sizes(width=width, channels=channels)
    x = keras.Input(shape, name="x")
    stages = min(MOST_HALVINGS, halvings(shape))
    features = _seen_wider(padded(x, 2**stages), shape, width, stages)
    options = {"kernel_initializer": heads.normal_weights(), "dtype": "float32"}
    values = cropped(convolution(shape)(channels, 1, **options)(features), shape)
    values = values if limits is None else heads.bounded(values, limits)
    return keras.Model(x, values, name="generator")


def refiner(shape: Shape, width: int = 32) -> keras.Model:
    """x + F(x) of a U-Net F: input x, output numbers that begin near x."""
    x = keras.Input(shape, name="x")
    change = unet(shape, shape[-1], width)(x)
    refined = layers.Add(dtype="float32", name="refined")([x, change])
    return keras.Model(x, refined, name="refiner")


def _seen_wider(features, shape, width, stages):
    """Features on the same grid, from this resolution and the coarser ones."""
    features = _pair(features, shape, width)
    if not stages:
        return features
    halved = _layer(features, convolution(shape), 2 * width, KERNEL, 2)
    coarse = _seen_wider(halved, shape, 2 * width, stages - 1)
    doubled = _layer(coarse, transposed(shape), width, KERNEL, 2)
    return _pair(layers.Concatenate()([features, doubled]), shape, width)


def _pair(features, shape, width):
    for _ in range(2):
        features = _layer(features, convolution(shape), width, NARROW)
    return features


def _layer(features, kind, filters, kernel, strides=1):
    layer = kind(filters, kernel, strides, padding="same", use_bias=False)
    return layers.LeakyReLU(0.2)(normalised(layer(features)))
