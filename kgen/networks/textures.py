"""Networks of textures: convolutions alone, which take grids of any size, and frozen features."""

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path

import keras
from keras import layers

from kgen.fields import Numeric
from kgen.layers import BatchNormalization, Mirrored
from kgen.networks import heads
from kgen.networks.ranks import (
    KERNEL,
    UPSAMPLINGS,
    convolution,
    cropped,
    halvings,
    rank,
)
from kgen.networks.style import normalised
from kgen.types import Shape

MOST_HALVINGS = 3
NARROW, WIDE = 3, 5  # kernels
REASON = 160  # characters that are shown of the reason why a file is not read
FINEST = 4  # points of a value along each side of the coarsest map that patches are judged on


def texture_encoder(shape: Shape, channels: int, width: int = 16) -> keras.Model:
    """A map of ``channels`` standardised numbers per point, coarser than x: x of any sides."""
    x = keras.Input(_open(shape), name="x")
    features = x
    for stage in range(_stages(shape)):
        layer = convolution(shape)(
            width * 2**stage, KERNEL, 2, padding="same", use_bias=False
        )
        features = layers.LeakyReLU(0.2)(normalised(layer(features)))
    z = convolution(shape)(channels, 1, use_bias=False)(features)
    # Latents of values are then distributed as the noise that textures are drawn from.
    standard = BatchNormalization(
        momentum=0.9, center=False, scale=False, dtype="float32"
    )
    return keras.Model(x, standard(z), name="encoder")


def texture_decoder(
    shape: Shape, channels: int, width: int = 16, limits: Sequence[float] = (-1.0, 1.0)
) -> keras.Model:
    """Values of a map: input the map, of any size, output the finer grid."""
    z = keras.Input(_open((*shape[:-1], channels)), name="code")
    features = z
    for stage in reversed(range(_stages(shape))):
        features = _layer(features, width * 2**stage)
        features = UPSAMPLINGS[rank(shape)](2)(features)
    values = convolution(shape)(shape[-1], NARROW)(Mirrored()(_layer(features, width)))
    return keras.Model(z, heads.bounded(values, limits), name="decoder")


def of_latents(encoder: keras.Model, decoder: keras.Model, shape: Shape) -> keras.Model:
    """The decoder as a generator of values of ``shape``: input flattened maps."""
    latent_shape = encoder.compute_output_shape((None, *shape))[1:]
    z = keras.Input((math.prod(latent_shape),), name="z")
    values = decoder(layers.Reshape(latent_shape)(z))
    return keras.Model(z, cropped(values, shape), name="generator")


def texture_judge(shape: Shape, width: int = 16) -> keras.Model:
    """The discriminator of patches: input a map of features, output a map of numbers."""
    seen = keras.Input(shape, name="features")
    kind = convolution(shape)
    features = layers.LeakyReLU(0.2)(kind(4 * width, KERNEL, 2, padding="same")(seen))
    features = layers.LeakyReLU(0.2)(kind(8 * width, NARROW, padding="same")(features))
    realness = kind(1, 1, name="realness", dtype="float32")(features)
    return keras.Model(seen, realness, name="discriminator")


def frozen_features(
    x: Numeric, model: keras.Model | str | Path | None = None, width: int = 16
) -> keras.Model:
    """Maps of frozen features of a field: of random filters, or of a model of values in [0, 1].

    ``model`` is a built Keras model or the path of one. If its output is no map, it is cut after
    the last layer that has at least a quarter of the points along each side.
    """
    values = keras.Input(x.shape, name="x")
    low, high = x.limits
    unit = layers.Rescaling(1 / (high - low), -low / (high - low), dtype="float32")(
        values
    )
    network = (
        _random(x.shape, width) if model is None else _cut(_loaded(model), x.shape)
    )
    features = keras.Model(values, network(unit), name="features")
    features.trainable = False
    return features


def _random(shape, width):
    x = keras.Input(shape)
    options = {
        "padding": "same",
        "activation": "relu",
        "kernel_initializer": "he_normal",
    }
    fine = convolution(shape)(2 * width, WIDE, **options)(x)
    coarse = convolution(shape)(4 * width, NARROW, 2, **options)(fine)
    return keras.Model(x, coarse, name="random_filters")


def _loaded(model):
    if isinstance(model, str | Path):
        model = _read(model)
    if not isinstance(model, keras.Model) or len(model.inputs or ()) != 1:
        raise ValueError(
            f"features={model!r} is neither a built keras.Model of one input nor the path of a "
            "saved one. Of a model with several networks, save one, such as its discriminator."
        )
    return model


def _read(path):
    try:
        return keras.saving.load_model(path, compile=False)
    except (OSError, ValueError, TypeError) as error:
        reason = textwrap.shorten(str(error), REASON)
        raise ValueError(
            f"features={str(path)!r} cannot be read as a Keras model: {reason}"
        ) from error


def _cut(model, shape):
    """A copy of a model, from values to the last of its maps that is fine enough."""
    taken = tuple(model.inputs[0].shape[1:])
    if len(taken) != len(shape) or any(
        own not in (None, side) for own, side in zip(taken, shape, strict=True)
    ):
        raise ValueError(
            f"features={model.name!r} takes values of shape {taken}, and these are "
            f"{shape}. Give a network of values of this shape."
        )
    # frozen, where the model itself stays as it is
    copy = keras.models.clone_model(model, input_tensors=keras.Input(shape))
    copy.set_weights(model.get_weights())
    inner = [layer for layer in copy.layers if not isinstance(layer, layers.InputLayer)]
    maps = [layer.output for layer in inner if _is_map(layer.output, shape)]
    if not maps:
        raise ValueError(
            f"features={model.name!r} has no layer with a map of a quarter of the sides of {shape} "
            "or more, on which patches could be judged. Give a convolutional network."
        )
    return keras.Model(copy.inputs, maps[-1], name="given_features")


def _is_map(output, shape):
    sides = tuple(output.shape[1:-1])
    return len(sides) == rank(shape) and all(
        have * FINEST >= side for have, side in zip(sides, shape[:-1], strict=True)
    )


def _layer(features, filters):
    kind = convolution(features.shape[1:])
    return layers.ReLU()(
        normalised(kind(filters, NARROW, use_bias=False)(Mirrored()(features)))
    )


def _open(shape):
    return (*[None] * rank(shape), shape[-1])


def _stages(shape):
    return min(MOST_HALVINGS, halvings(shape))
