import math
from collections.abc import Callable, Sequence

import keras
from keras import layers

from kgen import checks
from kgen.layers import Component, OneHot
from kgen.networks import heads
from kgen.networks.dense import dense_generator
from kgen.networks.ranks import KERNEL, coarsest, cropped, doublings, rank, transposed
from kgen.networks.style import normalised
from kgen.types import Shape, Tensor

DENSE = 4  # units of a vector's first hidden layer per channel of a grid's finest map


def generator(
    shape: Shape,
    latent_dim: int,
    width: int = 64,
    num_classes: int | None = None,
    limits: Sequence[float] = (-1.0, 1.0),
) -> keras.Model:
    """G(z[, y]) of transposed convolutions and BatchNorm: inputs z[, labels], values in ``limits``.

    It begins where D ends, with at most 4 points along a shortest side of up to 64: begun at 7 × 7,
    it draws strokes of digits. Every layer receives the labels, as in the DCGAN paper's conditional
    network: given only once, they are soon lost. Vectors come from ``dense_generator``, also with
    ReLU: leaky units separate narrow modes less well.
    """
    if not rank(shape):
        return dense_generator(
            shape, latent_dim, DENSE * width, limits, "relu", num_classes
        )
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    values = heads.bounded(grown(z, labels, shape, width, num_classes), limits)
    return keras.Model([z, *labels] if labels else z, values, name="generator")


def mixture_generator(
    shape: Shape,
    latent_dim: int,
    components: int,
    width: int = 64,
    limits: Sequence[float] = (-1.0, 1.0),
) -> keras.Model:
    """K generators in one, G(z): each has a first layer of its own, and all share the others.

    The first latent chooses the generator (``kgen.layers.Component``), which sees the others.
    """
    checks.check_number("latent_dim", latent_dim, 2, math.inf)
    z = keras.Input((latent_dim,), name="z")
    chosen = OneHot(components)(Component(components)(z))
    hidden = DENSE * width
    # With small weights a generator starts as a point and moves to one mode, not to parts of two.
    first = layers.Dense(components * hidden, kernel_initializer=heads.normal_weights())
    each = layers.Reshape((components, hidden))(first(z[:, 1:]))
    own = layers.ReLU()(layers.Dot((1, 1))([chosen, each]))
    shared = generator(shape, hidden, width, limits=limits)
    return keras.Model(z, shared(own), name="generator")


def grown(
    z: Tensor,
    labels: Sequence[Tensor],
    shape: Shape,
    width: int,
    num_classes: int | None,
    normalise: Callable[[Tensor], Tensor] = normalised,
) -> Tensor:
    """Unbounded values on a grid, grown from latents; every doubling receives the labels."""
    stages = doublings(shape)
    features = heads.join_labels(z, labels, num_classes)
    features = _first(features, coarsest(shape, width, stages), normalise)
    for stage in reversed(range(stages - 1)):
        features = heads.join_label_maps(features, labels, num_classes)
        features = _doubled(features, shape, width * 2**stage, use_bias=False)
        features = layers.ReLU()(normalise(features))
    features = heads.join_label_maps(features, labels, num_classes)
    return cropped(_doubled(features, shape, shape[-1]), shape)


def _first(features, coarse, normalise):
    normal = heads.normal_weights()
    features = layers.Dense(
        math.prod(coarse), use_bias=False, kernel_initializer=normal
    )(features)
    return layers.ReLU()(normalise(layers.Reshape(coarse)(features)))


def _doubled(features, shape, filters, **options):
    options = {
        "padding": "same",
        "kernel_initializer": heads.normal_weights(),
        **options,
    }
    return transposed(shape)(filters, KERNEL, 2, **options)(features)
