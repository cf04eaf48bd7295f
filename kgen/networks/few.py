"""Networks of a conditional VAE–GAN for a few hundred images, named as those they replace.

With so few images, a discriminator with BatchNorm, or with one body for two questions, learns by
chance, and an encoder tells the class by where its latents lie. Here discriminator and classifier
are apart, latents are white in every class, and every layer of the decoder receives the class. The
decoder displaces a learnt template: people differ more in shape than in brightness.
"""

import dataclasses
import math
from collections.abc import Sequence

import keras
from keras import layers

from kgen.layers import ClassWhitening, LearnedConstant, RandomShift, Warp
from kgen.networks import encoders, heads, judges
from kgen.networks.ranks import KERNEL, coarsest, cropped, rank, transposed
from kgen.networks.style import Style
from kgen.types import Shape, Tensor

HIDDEN = 256  # units between the latents and the coarsest map
# Factors behind learnt numbers: the template and the displacement learn fast, what is grown slowly.
TEMPLATE, GROWN, POINTS = 10.0, 0.1, 4.0
SETTINGS = {
    "options": {
        "few": True, "latent_dim": 64, "likelihood": "gaussian", "beta": 0.1, "elbo_weight": 0.01,
        "leakage_weight": 0.0, "fake_class_weight": 0.2, "dropout": 0.3, "noise": 0.03,
        "shift": 0.03, "ema_decay": 0.995,
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
    white = ClassWhitening(num_classes, dtype="float32")([mean, labels])
    return keras.Model(plain.inputs, [white, log_var], name="encoder")


def decoder(
    shape: Shape, latent_dim: int, style: Style, num_classes: int
) -> keras.Model:
    """p(x|z, y): inputs z and labels, output parameters; for vectors as ``networks.decoder``.

    A template of all values, plus what is grown for each, is read at displaced points.
    """
    if not rank(shape):
        return encoders.decoder(shape, latent_dim, style, num_classes)
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    told = heads.join_labels(z, labels, num_classes), labels, num_classes
    narrow = dataclasses.replace(style, width=max(1, style.width // 2))
    displacement = _grown(*told, shape, narrow, rank(shape), kernel_initializer="zeros")
    template = LearnedConstant(shape, stddev=0.0, dtype="float32", name="template")(z)
    drawn = _sum(template, _grown(*told, shape, style, shape[-1]))
    far = layers.Rescaling(POINTS, dtype="float32", name="displacement")(displacement)
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
    body = {"dropout": dropout, "noise": noise, "shift": shift}
    if not rank(shape):
        return judges.auxiliary_discriminator(shape, num_classes, width, **body)
    x = keras.Input(shape, name="x")
    features = layers.Flatten()(judges.critic_features(RandomShift(shift)(x), width))
    realness = layers.Dense(num_classes, dtype="float32", name="realness")(features)
    classes = judges.classifier(shape, num_classes, width, **body)(x)
    return keras.Model(x, [realness, classes], name="discriminator")


def _sum(template, grown):
    scaled = [
        layers.Rescaling(factor, dtype="float32")(values)
        for factor, values in ((TEMPLATE, template), (GROWN, grown))
    ]
    return layers.Add(dtype="float32")(scaled)


def _grown(
    features: Tensor,
    labels: Sequence[Tensor],
    num_classes: int,
    shape: Shape,
    style: Style,
    channels: int,
    **last: str,
) -> Tensor:
    """Values grown from features; every doubling receives the labels, the last has options."""
    stages, coarse = coarsest(shape, style.width)
    for units in (HIDDEN, math.prod(coarse)):
        features = style.dense(features, units)
    maps = layers.Reshape(coarse)(features)
    for stage in reversed(range(stages - 1)):
        maps = heads.join_label_maps(maps, labels, num_classes)
        maps = _doubled(maps, shape, style.width * 2**stage, use_bias=False)
        maps = layers.ReLU()(layers.RMSNormalization()(maps))
    maps = heads.join_label_maps(maps, labels, num_classes)
    return cropped(_doubled(maps, shape, channels, **last), shape)


def _doubled(features, shape, filters, **options):
    options = {"padding": "same", "kernel_initializer": "he_normal", **options}
    return transposed(shape)(filters, KERNEL, 2, **options)(features)
