"""Layers that the networks are made of."""

from kgen.layers.batch_normalization import BatchNormalization
from kgen.layers.class_standardisation import ClassStandardisation
from kgen.layers.component import Component
from kgen.layers.equalised_conv2d import EqualisedConv2D
from kgen.layers.equalised_dense import EqualisedDense
from kgen.layers.fade import Fade
from kgen.layers.image_pool import ImagePool, image_pool
from kgen.layers.jointly import Jointly
from kgen.layers.minibatch_standard_deviation import MinibatchStandardDeviation
from kgen.layers.mirrored import Mirrored
from kgen.layers.one_hot import OneHot
from kgen.layers.pixel_normalization import PixelNormalization
from kgen.layers.random_affine import RandomAffine
from kgen.layers.random_intensity import RandomIntensity
from kgen.layers.random_shift import RandomShift
from kgen.layers.random_stain import RandomStain
from kgen.layers.regional_histogram import RegionalHistogram

__all__ = [
    "BatchNormalization",
    "ClassStandardisation",
    "Component",
    "EqualisedConv2D",
    "EqualisedDense",
    "Fade",
    "ImagePool",
    "Jointly",
    "MinibatchStandardDeviation",
    "Mirrored",
    "OneHot",
    "PixelNormalization",
    "RandomAffine",
    "RandomIntensity",
    "RandomShift",
    "RandomStain",
    "RegionalHistogram",
    "image_pool",
]
