"""Factories of encoders, decoders and discriminators: built Functional models that know no algorithm."""

from kgen.networks.convolutional import conv_classifier, conv_decoder, conv_discriminator, conv_encoder
from kgen.networks.dense import dense_decoder, dense_encoder

__all__ = ["conv_classifier", "conv_decoder", "conv_discriminator", "conv_encoder", "dense_decoder", "dense_encoder"]
