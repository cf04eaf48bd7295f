"""Networks of values before and after a treatment."""

from typing import Any

import keras
from keras import layers, ops

from kgen import checks
from kgen.fields import Numeric
from kgen.networks.dense import dense_decoder, dense_encoder
from kgen.networks.style import Style

ACTIVATION = "elu"


def pair_networks(
    x: Numeric, after: Numeric, latent_dim: int, width: int, l2: float = 0.0
) -> tuple[keras.Model, keras.Model, keras.Model]:
    """Encoder, decoder and transition for a field before a treatment and the same after it."""
    if x.shape != after.shape:
        raise ValueError(
            f"x is {x} and after {after}: both need the same features in the same order."
        )
    latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
    size: dict[str, Any] = {
        "latent_dim": latent_dim,
        "width": width,
        "activation": ACTIVATION,
    }
    size["penalty"] = Style(l2=l2).penalty
    return (
        _calm(dense_encoder(x.shape, **size)),
        dense_decoder(x.shape, **size),
        transition(latent_dim, size["penalty"]),
    )


def transition(
    latent_dim: int, penalty: keras.regularizers.Regularizer | None = None
) -> keras.Model:
    """p(z2|z1) = N(z1 + W z1 + b, exp(V z1 + c)), at first with mean z1: outputs mean, log_var."""
    z = keras.Input((latent_dim,), name="z")
    options = {
        "kernel_initializer": "zeros",
        "dtype": "float32",
        "kernel_regularizer": penalty,
    }
    change = layers.Dense(latent_dim, name="change", **options)(z)
    start = keras.initializers.Constant(-2.0)  # a standard deviation of .37
    log_var = layers.Dense(
        latent_dim, bias_initializer=start, name="log_var", **options
    )(z)
    return keras.Model(
        z, [layers.Add(dtype="float32")([z, change]), log_var], name="transition"
    )


def response_networks(
    latent_dim: int, width: int, num_classes: int, l2: float = 0.0
) -> tuple[keras.Model, keras.Model, keras.Model]:
    """q(z3|z1, y), p(z1|z3, y) and the linear classifier of z1 and its change by a treatment."""
    latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
    penalty = Style(l2=l2).penalty
    size: dict[str, Any] = {
        "width": width,
        "num_classes": num_classes,
        "activation": ACTIVATION,
        "penalty": penalty,
    }
    upper = [_calm(dense_encoder((latent_dim,), latent_dim, **size)) for _ in range(2)]
    change = keras.Input((2 * latent_dim,), name="change")
    logits = layers.Dense(
        num_classes, dtype="float32", kernel_regularizer=penalty, name="classes"
    )(change)
    return *upper, keras.Model(change, logits, name="classifier")


def _calm(encoder):
    """An encoder whose variance starts at 1 for every input."""
    # Latents are drawn from other latents: random initial variances can multiply out of bounds.
    kernel = encoder.get_layer("log_var").kernel
    kernel.assign(ops.zeros(kernel.shape))
    return encoder
