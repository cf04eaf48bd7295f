"""Networks of a conditional VAE–GAN for a few hundred images, named as those they replace.

With so few images, a discriminator with BatchNorm, or with one body for two questions, learns by
chance, and an encoder tells the class by where its latents lie. Here discriminator and classifier
are apart, D compares the images of a batch, and latents are white in every class. The decoder
displaces a learnt template: people differ more in shape than in brightness.
"""

import dataclasses
import math
from collections.abc import Sequence

import keras
from keras import layers

from kgen.layers import (
    ClassWhitening,
    LearnedConstant,
    LinearInterpolation,
    MinibatchStandardDeviation,
    RandomShift,
    Warp,
)
from kgen.networks import encoders, heads, judges
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
from kgen.types import Shape, Tensor

HIDDEN = 256  # units between the latents and the coarsest map
# Factors behind learnt numbers: the template and the displacement learn fast, details slowly.
TEMPLATE, DETAILS, POINTS = 10.0, 0.1, 4.0
CONTROLS = 4096  # the most control points of a linear map: each has a weight per latent
COMPARED = 128  # features in which D compares the values of a batch
# Of the latents in training. A decoder draws only a part of what makes people differ. Draws from
# the prior, whose variance is 1, therefore vary too little if the latents of the training have 1.
VARIANCE = 0.65
SETTINGS = {
    "options": {
        "few": True, "latent_dim": 64, "width": 12, "discriminator_width": 8,
        "likelihood": "gaussian", "beta": 0.1, "elbo_weight": 0.01, "leakage_weight": 0.0,
        "fake_class_weight": 0.3, "dropout": 0.3, "noise": 0.03, "shift": 0.03,
        "r1_weight": 0.03, "ema_decay": 0.995,
    },
    "learning_rates": {"all": 1e-3},
    "learning_rate_schedule": "cosine",
}  # fmt: skip


def encoder(
    shape: Shape, latent_dim: int, style: Style, num_classes: int
) -> keras.Model:
    """q(z|x, y) with BatchNorm, which avoids memorising the training images: mean and log_var."""
    normalised = dataclasses.replace(style, normalised=True)
    plain = encoders.encoder(shape, latent_dim, normalised, num_classes)
    (mean, log_var), (_, labels) = plain.outputs, plain.inputs
    whiten = ClassWhitening(num_classes, variance=VARIANCE, dtype="float32")
    white = whiten([mean, labels])
    return keras.Model(plain.inputs, [white, log_var], name="encoder")


def decoder(
    shape: Shape, latent_dim: int, style: Style, num_classes: int
) -> keras.Model:
    """p(x|z, y): inputs z and labels, output parameters; for vectors as ``networks.decoder``.

    A template of all values, plus a brightness and details, is read at displaced points.
    Displacement and brightness are smooth maps, linear in z and the class, so that latents drawn
    from the prior vary as much as those of the training do.
    """
    if not rank(shape):
        return encoders.decoder(shape, latent_dim, style, num_classes)
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    told = heads.join_labels(z, labels, num_classes)
    template = LearnedConstant(shape, stddev=0.0, dtype="float32", name="template")(z)
    details = _details(told, labels, num_classes, shape, style)
    drawn = layers.Add(dtype="float32")(
        [
            _scaled(template, TEMPLATE),
            _linear(told, shape, shape[-1]),
            _scaled(details, DETAILS),
        ]
    )
    far = _scaled(_linear(told, shape, rank(shape)), POINTS, name="displacement")
    parameters = Warp(dtype="float32", name="parameters")([drawn, far])
    return keras.Model([z, *labels], parameters, name="decoder")


def auxiliary_discriminator(
    shape: Shape,
    num_classes: int,
    width: int,
    dropout: float,
    noise: float,
    shift: float,
) -> keras.Model:
    """D and a classifier that share no weights: one logit of being real per class, class logits."""
    body = {"dropout": dropout, "noise": noise}
    if not rank(shape):
        return judges.auxiliary_discriminator(
            shape, num_classes, width, shift=shift, **body
        )
    x = keras.Input(shape, name="x")
    seen = RandomShift(shift)(x)
    realness = _realness(seen, num_classes, width)
    classifier = judges.classifier(shape, num_classes, width, shift=0.0, **body)
    classes = classifier(seen)
    return keras.Model(x, [realness, classes], name="discriminator")


def _realness(x, num_classes, width):
    """Logits that x is real, one per class, told how much the values of the batch differ."""
    maps = MinibatchStandardDeviation()(judges.critic_features(x, width))
    layer = convolution(x.shape[1:])(maps.shape[-1] - 1, 3, padding="same")
    features = layers.Flatten()(layers.LeakyReLU(0.2)(layer(maps)))
    features = layers.LeakyReLU(0.2)(layers.Dense(COMPARED)(features))
    return layers.Dense(num_classes, dtype="float32", name="realness")(features)


def _scaled(values, factor, **options):
    return layers.Rescaling(factor, dtype="float32", **options)(values)


def _linear(features, shape, channels):
    """Maps on the grid of ``shape`` that are linear in the features; they start at 0."""
    coarse = (*_control_sides(shape), channels)
    options = {"kernel_initializer": "zeros", "dtype": "float32"}
    values = layers.Dense(math.prod(coarse), **options)(features)
    return LinearInterpolation(shape[:-1])(
        layers.Reshape(coarse, dtype="float32")(values)
    )


def _control_sides(shape):
    """The sides of the grid of control points: halved once, and on until its points are few."""
    sides = shape[:-1]
    while True:
        sides = [math.ceil(side / 2) for side in sides]
        if math.prod(sides) <= CONTROLS:
            return sides


def _details(
    features: Tensor,
    labels: Sequence[Tensor],
    num_classes: int,
    shape: Shape,
    style: Style,
) -> Tensor:
    """Values grown from features; every doubling receives the labels."""
    stages = halvings(shape)
    coarse = coarsest(shape, style.width, stages)
    for units in (HIDDEN, math.prod(coarse)):
        features = style.dense(features, units)
    maps = layers.Reshape(coarse)(features)
    for stage in reversed(range(stages - 1)):
        maps = heads.join_label_maps(maps, labels, num_classes)
        maps = _doubled(maps, shape, style.width * 2**stage, use_bias=False)
        maps = layers.ReLU()(layers.RMSNormalization()(maps))
    maps = heads.join_label_maps(maps, labels, num_classes)
    return cropped(_doubled(maps, shape, shape[-1]), shape)


def _doubled(maps, shape, filters, **options):
    options = {"padding": "same", "kernel_initializer": "he_normal", **options}
    return transposed(shape)(filters, KERNEL, 2, **options)(maps)
