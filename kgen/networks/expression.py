"""Networks of gene expression: few layers, so that a feature's weights show its genes."""

import math

import keras
from keras import layers

from kgen import checks
from kgen.networks import heads
from kgen.networks.style import normalised
from kgen.types import Shape

DEPTHS = 1, 2


def feature_encoder(shape: Shape, latent_dim: int) -> keras.Model:
    """One dense layer with ReLU: input x, output latents (n, latent_dim)."""
    (latent_dim,) = checks.check_sizes(latent_dim=latent_dim)
    x = keras.Input(shape, name="x")
    z = layers.Dense(latent_dim, activation="relu", dtype="float32", name="code")(
        layers.Flatten()(x)
    )
    return keras.Model(x, z, name="encoder")


def feature_decoder(shape: Shape, latent_dim: int) -> keras.Model:
    """One dense layer with sigmoid: input z, output values in [0, 1]."""
    (latent_dim,) = checks.check_sizes(latent_dim=latent_dim)
    z = keras.Input((latent_dim,), name="z")
    values = layers.Dense(math.prod(shape), activation="sigmoid", dtype="float32")(z)
    return keras.Model(
        z, layers.Reshape(shape, dtype="float32")(values), name="decoder"
    )


def tybalt_encoder(
    shape: Shape,
    latent_dim: int,
    width: int = 100,
    depth: int = 1,
    head: str = "linear",
) -> keras.Model:
    """q(z|x) with BatchNorm in every layer: input x, mean and log_var activated by ``head``."""
    if depth not in DEPTHS:
        raise ValueError(
            f"depth={depth!r} is none of {DEPTHS}, the hidden layers that Tybalt is known with."
        )
    x = keras.Input(shape, name="x")
    features = layers.Flatten()(x)
    for _ in range(depth - 1):
        features = layers.Activation("relu")(normalised(layers.Dense(width)(features)))
    outputs = [
        normalised(output) for output in heads.gaussian_head(features, latent_dim)
    ]
    return keras.Model(
        x,
        [layers.Activation(head, dtype="float32")(output) for output in outputs],
        name="encoder",
    )
