"""Factories of networks, one per role, for any shape: built Functional models, no algorithms."""

from kgen.networks import few, many, progressive
from kgen.networks.biggan import biggan_generator, projection_discriminator
from kgen.networks.dense import (
    dense_decoder,
    dense_discriminator,
    dense_encoder,
    dense_generator,
)
from kgen.networks.encoders import coder, decoder, encoder
from kgen.networks.expression import feature_decoder, feature_encoder, tybalt_encoder
from kgen.networks.generators import generator, mixture_generator
from kgen.networks.judges import (
    auxiliary_discriminator,
    classifier,
    critic,
    discriminator,
    feature_critic,
    feature_discriminator,
    featured_critic,
    patch_discriminator,
    players,
    residual_classifier,
    separate_discriminator,
)
from kgen.networks.perturbation import pair_networks, response_networks
from kgen.networks.progressive import progressive_critic, progressive_generator
from kgen.networks.pyramid import Pyramid
from kgen.networks.readers import LAYOUTS, decider, reader
from kgen.networks.style import Style
from kgen.networks.styles import (
    adaptive_augmentation,
    residual_discriminator,
    style_generator,
)
from kgen.networks.textures import (
    frozen_features,
    of_latents,
    texture_decoder,
    texture_encoder,
    texture_judge,
)
from kgen.networks.translators import translator
from kgen.networks.unets import refiner, unet

__all__ = [
    "LAYOUTS",
    "Pyramid",
    "Style",
    "adaptive_augmentation",
    "auxiliary_discriminator",
    "biggan_generator",
    "classifier",
    "coder",
    "critic",
    "decider",
    "decoder",
    "dense_decoder",
    "dense_discriminator",
    "dense_encoder",
    "dense_generator",
    "discriminator",
    "encoder",
    "feature_critic",
    "feature_decoder",
    "feature_discriminator",
    "feature_encoder",
    "featured_critic",
    "few",
    "frozen_features",
    "generator",
    "many",
    "mixture_generator",
    "of_latents",
    "pair_networks",
    "patch_discriminator",
    "players",
    "progressive",
    "progressive_critic",
    "progressive_generator",
    "projection_discriminator",
    "reader",
    "refiner",
    "residual_classifier",
    "residual_discriminator",
    "response_networks",
    "separate_discriminator",
    "style_generator",
    "texture_decoder",
    "texture_encoder",
    "texture_judge",
    "translator",
    "tybalt_encoder",
    "unet",
]
