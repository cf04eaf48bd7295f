"""Layers that the networks are made of."""

from kgen.layers.batch_normalization import BatchNormalization
from kgen.layers.class_standardisation import ClassStandardisation
from kgen.layers.component import Component
from kgen.layers.image_pool import ImagePool, image_pool
from kgen.layers.jointly import Jointly
from kgen.layers.mirrored import Mirrored
from kgen.layers.one_hot import OneHot
from kgen.layers.random_affine import RandomAffine
from kgen.layers.random_intensity import RandomIntensity
from kgen.layers.random_shift import RandomShift
from kgen.layers.random_stain import RandomStain
from kgen.layers.regional_histogram import RegionalHistogram

__all__ = [
    "BatchNormalization",
    "ClassStandardisation",
    "Component",
    "ImagePool",
    "Jointly",
    "Mirrored",
    "OneHot",
    "RandomAffine",
    "RandomIntensity",
    "RandomShift",
    "RandomStain",
    "RegionalHistogram",
    "image_pool",
]
