"""Layers that the networks are made of."""

from kgen.layers.batch_normalization import BatchNormalization
from kgen.layers.class_standardisation import ClassStandardisation
from kgen.layers.component import Component
from kgen.layers.conditional_batch_normalization import ConditionalBatchNormalization
from kgen.layers.image_pool import ImagePool, image_pool
from kgen.layers.jointly import Jointly
from kgen.layers.mirrored import Mirrored
from kgen.layers.one_hot import OneHot
from kgen.layers.orthogonality import Orthogonality
from kgen.layers.random_affine import RandomAffine
from kgen.layers.random_intensity import RandomIntensity
from kgen.layers.random_shift import RandomShift
from kgen.layers.random_stain import RandomStain
from kgen.layers.regional_histogram import RegionalHistogram
from kgen.layers.self_attention import SelfAttention
from kgen.layers.spectral_normalization import SpectralNormalization

__all__ = [
    "BatchNormalization",
    "ClassStandardisation",
    "Component",
    "ConditionalBatchNormalization",
    "ImagePool",
    "Jointly",
    "Mirrored",
    "OneHot",
    "Orthogonality",
    "RandomAffine",
    "RandomIntensity",
    "RandomShift",
    "RandomStain",
    "RegionalHistogram",
    "SelfAttention",
    "SpectralNormalization",
    "image_pool",
]
