"""Factories of encoders, decoders, generators, discriminators: built Functional models that know no algorithm."""

from kgen.networks.convolutional import (
    conv_classifier,
    conv_critic,
    conv_decoder,
    conv_discriminator,
    conv_encoder,
    conv_generator,
    conv_players,
    feature_discriminator,
    normalised_discriminator,
)
from kgen.networks.dense import dense_decoder, dense_discriminator, dense_encoder, dense_generator

__all__ = [
    "conv_classifier",
    "conv_critic",
    "conv_decoder",
    "conv_discriminator",
    "conv_encoder",
    "conv_generator",
    "conv_players",
    "dense_decoder",
    "dense_discriminator",
    "dense_encoder",
    "dense_generator",
    "feature_discriminator",
    "normalised_discriminator",
]
