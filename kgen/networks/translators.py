"""Networks from values to values of another kind on the same grid."""

from collections.abc import Sequence

import keras
from keras import layers

from kgen import checks
from kgen.networks import heads
from kgen.networks.ranks import KERNEL, convolution, cropped, halvings, transposed
from kgen.types import Shape

WIDE, NARROW = 7, 3  # kernels of the ends and of the blocks
MOST_HALVINGS = 2


def translator(
    shape: Shape,
    channels: int,
    width: int = 64,
    blocks: int = 6,
    limits: Sequence[float] = (-1.0, 1.0),
) -> keras.Model:
    """F(x) of strided convolutions, residual blocks and transposed convolutions.

    Input x, output values within ``limits``, on the grid of x and with ``channels``. Every layer
    but the last has instance normalisation.

    Reference:
        Johnson, Alahi & Fei-Fei, Perceptual Losses for Real-Time Style Transfer and
        Super-Resolution, 2016, arXiv:1603.08155
    """
    width, blocks = checks.check_sizes(width=width, blocks=blocks)
    x = keras.Input(shape, name="x")
    stages = min(MOST_HALVINGS, halvings(shape))
    features = _layer(convolution(shape), width, WIDE)(x)
    for stage in range(1, stages + 1):
        features = _layer(convolution(shape), width * 2**stage, KERNEL, 2)(features)
    for _ in range(blocks):
        features = _block(features, shape)
    for stage in reversed(range(stages)):
        features = _layer(transposed(shape), width * 2**stage, KERNEL, 2)(features)
    values = convolution(shape)(
        channels, WIDE, padding="same", kernel_initializer=heads.normal_weights()
    )(features)
    return keras.Model(
        x, heads.bounded(cropped(values, shape), limits), name="translator"
    )


def _layer(kind, filters, kernel, strides=1, activation=layers.ReLU):
    options = {
        "padding": "same",
        "use_bias": False,
        "kernel_initializer": heads.normal_weights(),
    }

    def applied(features):
        features = kind(filters, kernel, strides, **options)(features)
        return activation()(layers.GroupNormalization(-1)(features))

    return applied


def _block(features, shape):
    kind, filters = convolution(shape), features.shape[-1]
    inner = _layer(kind, filters, NARROW)(features)
    return layers.Add()(
        [features, _layer(kind, filters, NARROW, activation=layers.Identity)(inner)]
    )
