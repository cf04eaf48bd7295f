"""BigGAN's residual networks: spectral norm throughout, the class in every block."""

import math
from collections.abc import Sequence

import keras
from keras import layers, ops

from kgen import checks
from kgen.layers import (
    ConditionalBatchNormalization,
    Orthogonality,
    SelfAttention,
    SpectralNormalization,
)
from kgen.networks import heads
from kgen.networks.pyramid import Pyramid
from kgen.networks.style import normalised
from kgen.types import Tensor


def biggan_generator(
    pyramid: Pyramid,
    latent_dim: int,
    num_classes: int,
    embedding_dim: int = 128,
    orthogonal_weight: float = 0.0,
    limits: Sequence[float] = (-1.0, 1.0),
) -> keras.Model:
    """G(z, y): inputs z and labels; every block gets the embedding of the class and a part of z.

    The layer ``embedding`` gives the vector of a class, and the model ``synthesis`` the image of
    latents and a vector, also of one between classes.
    """
    sizes = {
        "embedding_dim": embedding_dim,
        "num_classes": num_classes,
        "latent_dim": latent_dim,
    }
    embedding_dim, num_classes, latent_dim = checks.check_sizes(**sizes)
    checks.check_number("latent_dim", latent_dim, pyramid.doublings + 1, math.inf)
    penalty = Orthogonality(orthogonal_weight) if orthogonal_weight else None
    z, (labels,) = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    # With numbers as large as those of z, classes are as easy to tell apart as noise.
    normal = keras.initializers.RandomNormal(stddev=1.0)
    embedding = layers.Embedding(num_classes, embedding_dim, normal, name="embedding")(
        labels
    )
    synthesis = _synthesis(pyramid, latent_dim, embedding_dim, penalty, limits)
    return keras.Model([z, labels], synthesis([z, embedding]), name="generator")


def projection_discriminator(pyramid: Pyramid, num_classes: int) -> keras.Model:
    """D(x, y) = w·f(x) + b + e(y)·f(x), e(y) the embedding of the class: inputs x and labels.

    Reference:
        Miyato & Koyama, cGANs with Projection Discriminator, 2018, arXiv:1802.05637
    """
    x, (labels,) = keras.Input(pyramid.shape, name="x"), heads.label_input(num_classes)
    features, (*widths, last) = x, reversed(pyramid.widths)
    for number, width in enumerate(widths):
        features = _attended(
            _halved(features, width, first=number == 0), pyramid.attended
        )
    features = layers.ReLU()(_judging(features, last))
    found = ops.sum(ops.cast(features, "float32"), axis=(1, 2))
    realness = _spectral(layers.Dense, 1, name="realness", dtype="float32")(found)
    embedding = _embedded(num_classes, last)(labels)
    fit = layers.Dot(1, dtype="float32", name="fit")([found, embedding])
    return keras.Model(
        [x, labels], layers.Add(dtype="float32")([realness, fit]), name="discriminator"
    )


def _synthesis(pyramid, latent_dim, embedding_dim, penalty, limits):
    z, embedding = keras.Input((latent_dim,), name="z"), keras.Input((embedding_dim,))
    first, *parts = _divided(z, pyramid.doublings + 1)
    coarse = pyramid.base, pyramid.base, pyramid.widths[0]
    dense = _spectral(layers.Dense, math.prod(coarse), kernel_regularizer=penalty)
    features = layers.Reshape(coarse)(dense(first))
    for width, part in zip(pyramid.widths[1:], parts, strict=True):
        features = _attended(features, pyramid.attended, penalty)
        features = _doubled(
            features, layers.Concatenate()([embedding, part]), width, penalty
        )
    features = layers.ReLU()(normalised(features))
    values = _convolved(features, pyramid.shape[-1], penalty=penalty)
    return keras.Model([z, embedding], heads.bounded(values, limits), name="synthesis")


def _divided(z, count):
    """Latents in as many parts; the first has those that are left over."""
    size = z.shape[-1] // count
    return ops.split(
        z, [z.shape[-1] - size * left for left in range(count - 1, 0, -1)], axis=-1
    )


def _doubled(features, condition, width, penalty):
    """A block of G: a map of twice the side."""
    shortcut = _convolved(features, width, 1, penalty)
    features = layers.ReLU()(ConditionalBatchNormalization()([features, condition]))
    features = _convolved(layers.UpSampling2D()(features), width, penalty=penalty)
    features = layers.ReLU()(ConditionalBatchNormalization()([features, condition]))
    features = _convolved(features, width, penalty=penalty)
    return layers.Add()([features, layers.UpSampling2D()(shortcut)])


def _halved(features, width, first):
    """A block of D: a map of half the side; the first one takes the image as it is."""
    shortcut = _convolved(layers.AveragePooling2D(2)(features), width, 1)
    seen = _judged(features if first else layers.ReLU()(features), width)
    return layers.Add()([layers.AveragePooling2D(2)(seen), shortcut])


def _judging(features, width):
    """The last block of D, which keeps the side and the channels."""
    return layers.Add()([features, _judged(layers.ReLU()(features), width)])


def _judged(features, width):
    return _convolved(layers.ReLU()(_convolved(features, width)), width)


def _attended(features, side, penalty=None):
    """Features with self-attention if their side is that one."""
    return SelfAttention(penalty)(features) if features.shape[1] == side else features


def _convolved(features: Tensor, width: int, kernel: int = 3, penalty=None) -> Tensor:
    options = {"padding": "same", "kernel_regularizer": penalty}
    return _spectral(layers.Conv2D, width, kernel, **options)(features)


def _spectral(kind, *sizes, dtype=None, name=None, **options):
    layer = kind(*sizes, kernel_initializer="orthogonal", dtype=dtype, **options)
    return SpectralNormalization(layer, dtype=dtype, name=name)


def _embedded(num_classes, width):
    """The vectors of classes for D."""
    embedding = layers.Embedding(num_classes, width, "orthogonal", dtype="float32")
    return SpectralNormalization(embedding, dtype="float32")
