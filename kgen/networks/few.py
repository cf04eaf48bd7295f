"""Networks of a conditional VAE–GAN for a few hundred images, named as those they replace.

With so few images, a discriminator with BatchNorm, or with one body for two questions, learns by
chance, and an encoder tells the class by where its latents lie. Here discriminator and classifier
are apart, latents have mean 0 in every class and variance 1, and every layer of the decoder
receives the class.
"""

import dataclasses
import math

import keras
from keras import layers

from kgen.layers import ClassStandardisation, RandomShift
from kgen.networks import encoders, heads, judges
from kgen.networks.ranks import KERNEL, coarsest, cropped, rank, transposed
from kgen.networks.style import Style
from kgen.types import Shape

HIDDEN = 256  # units between the latents and the coarsest map
SETTINGS = {
    "options": {
        "few": True, "latent_dim": 32, "likelihood": "gaussian", "beta": 0.1, "elbo_weight": 0.05,
        "leakage_weight": 0.0, "dropout": 0.3, "noise": 0.03, "shift": 0.03,
        "ema_decay": 0.995,
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
    standard = ClassStandardisation(num_classes, dtype="float32")([mean, labels])
    return keras.Model(plain.inputs, [standard, log_var], name="encoder")


def decoder(
    shape: Shape, latent_dim: int, style: Style, num_classes: int
) -> keras.Model:
    """p(x|z, y): inputs z and labels, output parameters; for vectors as ``networks.decoder``."""
    if not rank(shape):
        return encoders.decoder(shape, latent_dim, style, num_classes)
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    features = heads.join_labels(z, labels, num_classes)
    grown = cropped(
        _grown(_first(features, shape, style), labels, shape, style, num_classes), shape
    )
    parameters = layers.Add(dtype="float32", name="parameters")(
        [grown, _linear(features, shape)]
    )
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


def _linear(features, shape):
    """A linear decoder, as of principal components; it starts at 0, and the layers add the rest."""
    flat = layers.Dense(
        math.prod(shape), kernel_initializer="zeros", dtype="float32", name="linear"
    )(features)
    return layers.Reshape(shape)(flat)


def _first(features, shape, style):
    """The coarsest map of the features."""
    coarse = coarsest(shape, style.width)[1]
    for units in (HIDDEN, math.prod(coarse)):
        features = style.dense(features, units)
    return layers.Reshape(coarse)(features)


def _grown(features, labels, shape, style, num_classes):
    """Values grown from the coarsest map; every doubling receives the labels."""
    stages = coarsest(shape, style.width)[0]
    for stage in reversed(range(stages - 1)):
        features = heads.join_label_maps(features, labels, num_classes)
        features = _doubled(features, shape, style.width * 2**stage, use_bias=False)
        features = layers.ReLU()(layers.RMSNormalization()(features))
    return _doubled(
        heads.join_label_maps(features, labels, num_classes), shape, shape[-1]
    )


def _doubled(features, shape, filters, **options):
    options = {"padding": "same", "kernel_initializer": "he_normal", **options}
    return transposed(shape)(filters, KERNEL, 2, **options)(features)
