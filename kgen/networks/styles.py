"""StyleGAN2's networks: styles that scale the channels of every layer, and a residual judge."""

import math

import keras
from keras import layers

from kgen import checks
from kgen.layers import (
    AdaptiveAugmentation,
    BilinearUpsampling,
    EqualisedConv2D,
    EqualisedDense,
    LearnedConstant,
    MeanStyle,
    MinibatchStandardDeviation,
    ModulatedConvolution,
    NoiseInjection,
    PixelNormalization,
    RandomAffine,
    RandomIntensity,
)
from kgen.types import Shape, Tensor

COARSEST = 4  # points along each side of the first maps
RATE = 0.01  # of the mapping network's learning, relative to that of the other layers
ROOT = math.sqrt(2.0)


def style_generator(
    shape: Shape, latent_dim: int, width: int, max_width: int, mapping_layers: int
) -> keras.Model:
    """G(z): the layers ``mapping``, from z to a style, and ``synthesis``, from styles to an image.

    Maps have ``width`` channels at the full size, and twice as many at half the size, up to
    ``max_width``.
    """
    latent_dim, mapping_layers = checks.check_sizes(
        latent_dim=latent_dim, mapping_layers=mapping_layers
    )
    width, max_width = checks.check_sizes(width=width, max_width=max_width)
    z = keras.Input((latent_dim,), name="z")
    style = _mapping(latent_dim, mapping_layers)(z)
    styles = layers.RepeatVector(2 * len(_sides(shape)))(style)
    return keras.Model(
        z, _synthesis(shape, latent_dim, width, max_width)(styles), name="generator"
    )


def residual_discriminator(
    shape: Shape, width: int, max_width: int, augment: keras.Layer | None = None
) -> keras.Model:
    """D(x) of residual blocks that each halve the sides: input x, output a logit."""
    sides = _sides(shape)
    x = keras.Input(shape, name="x")
    seen = x if augment is None else augment(x)
    maps = _activated(
        EqualisedConv2D(_filters(sides, sides[-1], width, max_width), 1)(seen)
    )
    for side in reversed(sides[:-1]):
        maps = _halved(maps, _filters(sides, side, width, max_width))
    maps = MinibatchStandardDeviation()(maps)
    filters = maps.shape[-1] - 1
    maps = _activated(EqualisedConv2D(filters, 3)(maps))
    features = _activated(EqualisedDense(filters)(layers.Flatten()(maps)))
    realness = EqualisedDense(1, gain=1.0, dtype="float32", name="realness")(features)
    return keras.Model(x, realness, name="discriminator")


def adaptive_augmentation(black: float) -> AdaptiveAugmentation:
    """Slight changes of place, size and brightness; ``black`` comes in at the edges."""
    moves = RandomAffine(rotation=10, shift=0.1, scale=0.1)
    shades = RandomIntensity(gain=0.2, offset=0.1)
    return AdaptiveAugmentation([moves, shades], edge=black, name="augmentation")


def _mapping(latent_dim, depth):
    z = keras.Input((latent_dim,), name="z")
    # Large weights behind a small factor learn slowly; so do biases behind it.
    large = keras.initializers.RandomNormal(stddev=1.0 / RATE)
    style = PixelNormalization()(z)
    for _ in range(depth):
        dense = EqualisedDense(latent_dim, kernel_initializer=large)
        style = _activated(layers.Rescaling(RATE)(dense(style)))
    return keras.Model(z, MeanStyle(name="mean_style")(style), name="mapping")


def _synthesis(shape, latent_dim, width, max_width):
    sides = _sides(shape)
    styles = keras.Input((2 * len(sides), latent_dim), name="styles")
    maps = LearnedConstant(
        (COARSEST, COARSEST, _filters(sides, COARSEST, width, max_width))
    )(styles)
    image = None
    for number, side in enumerate(sides):
        filters = _filters(sides, side, width, max_width)
        if side > COARSEST:
            maps = _styled(
                BilinearUpsampling()(maps), styles[:, 2 * number - 1], filters
            )
        maps = _styled(maps, styles[:, 2 * number], filters)
        image = _added(image, _coloured(maps, styles[:, 2 * number + 1], shape[-1]))
    return keras.Model(styles, image, name="synthesis")


def _styled(maps, style, filters):
    maps = ModulatedConvolution(filters, 3)([maps, _scales(maps, style)])
    # The factor makes up for what the activation takes of the mean square.
    return layers.Rescaling(ROOT)(_activated(NoiseInjection()(maps)))


def _coloured(maps, style, channels):
    drawing = ModulatedConvolution(channels, 1, demodulate=False, dtype="float32")
    return drawing([maps, _scales(maps, style)])


def _added(image, drawn):
    """An image of half the sides, brought to those of what is drawn on it."""
    if image is None:
        return drawn
    return layers.Add(dtype="float32")(
        [BilinearUpsampling(dtype="float32")(image), drawn]
    )


def _scales(maps, style):
    return EqualisedDense(maps.shape[-1], gain=1.0, bias_initializer="ones")(style)


def _halved(maps, filters):
    deep = _activated(EqualisedConv2D(maps.shape[-1], 3)(maps))
    # As means of the convolution's outputs, but each of these is computed only once.
    means = layers.AveragePooling2D(2, strides=1, padding="same")(deep)
    deep = _activated(EqualisedConv2D(filters, 3, strides=2)(means))
    straight = EqualisedConv2D(filters, 1, gain=1.0, use_bias=False)(
        layers.AveragePooling2D(2)(maps)
    )
    return layers.Rescaling(1.0 / ROOT)(layers.Add()([deep, straight]))


def _activated(features: Tensor) -> Tensor:
    return layers.LeakyReLU(0.2)(features)


def _filters(sides, side, width, max_width):
    return min(width * sides[-1] // side, max_width)


def _sides(shape):
    """The sides of the maps, from 4 to that of images of ``shape``; raises for other shapes."""
    height, width, _ = shape
    doublings = round(math.log2(width / COARSEST))
    if height != width or doublings < 1 or width != COARSEST * 2**doublings:
        raise ValueError(
            f"images of {height}×{width} pixels: their sides must be equal, and 8, 16, 32, … as "
            "the layers double the sides. Resize them, such as with the option size=64 of the data."
        )
    return [COARSEST * 2**number for number in range(doublings + 1)]
