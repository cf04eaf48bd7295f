"""Factories of encoders, decoders, generators, discriminators: built Functional models that know no algorithm."""

from kgen.networks.convolutional import (
    conv_classifier,
    conv_decoder,
    conv_discriminator,
    conv_encoder,
    conv_generator,
    normalised_discriminator,
)
from kgen.networks.dense import dense_decoder, dense_discriminator, dense_encoder, dense_generator

__all__ = [
    "conv_classifier",
    "conv_decoder",
    "conv_discriminator",
    "conv_encoder",
    "conv_generator",
    "dense_decoder",
    "dense_discriminator",
    "dense_encoder",
    "dense_generator",
    "normalised_discriminator",
]
