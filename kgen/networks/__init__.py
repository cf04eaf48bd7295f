"""Factories of networks, one a role, for values of any shape: built Functional models that know no algorithm."""

from kgen.networks.dense import (
    dense_decoder,
    dense_discriminator,
    dense_encoder,
    dense_generator,
)
from kgen.networks.encoders import coder, decoder, encoder
from kgen.networks.generators import generator
from kgen.networks.judges import (
    auxiliary_discriminator,
    classifier,
    critic,
    discriminator,
    feature_discriminator,
    patch_discriminator,
    players,
    residual_classifier,
)
from kgen.networks.style import Style
from kgen.networks.translators import translator

__all__ = [
    "Style",
    "auxiliary_discriminator",
    "classifier",
    "coder",
    "critic",
    "decoder",
    "dense_decoder",
    "dense_discriminator",
    "dense_encoder",
    "dense_generator",
    "discriminator",
    "encoder",
    "feature_discriminator",
    "generator",
    "patch_discriminator",
    "players",
    "residual_classifier",
    "translator",
]
