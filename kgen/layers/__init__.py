"""Layers that the networks are made of."""

from kgen.layers.adaptive_augmentation import AdaptiveAugmentation
from kgen.layers.batch_normalization import BatchNormalization
from kgen.layers.bilinear_upsampling import BilinearUpsampling
from kgen.layers.class_whitening import ClassWhitening
from kgen.layers.component import Component
from kgen.layers.conditional_batch_normalization import ConditionalBatchNormalization
from kgen.layers.equalised_conv2d import EqualisedConv2D
from kgen.layers.equalised_dense import EqualisedDense
from kgen.layers.fade import Fade
from kgen.layers.image_pool import ImagePool, image_pool
from kgen.layers.jointly import Jointly
from kgen.layers.learned_constant import LearnedConstant
from kgen.layers.linear_interpolation import LinearInterpolation
from kgen.layers.mean_style import MeanStyle
from kgen.layers.minibatch_standard_deviation import MinibatchStandardDeviation
from kgen.layers.mirrored import Mirrored
from kgen.layers.modulated_convolution import ModulatedConvolution
from kgen.layers.noise_injection import NoiseInjection
from kgen.layers.one_hot import OneHot
from kgen.layers.orthogonality import Orthogonality
from kgen.layers.path_length_penalty import PathLengthPenalty
from kgen.layers.pixel_normalization import PixelNormalization
from kgen.layers.random_affine import RandomAffine
from kgen.layers.random_intensity import RandomIntensity
from kgen.layers.random_shift import RandomShift
from kgen.layers.random_stain import RandomStain
from kgen.layers.regional_histogram import RegionalHistogram
from kgen.layers.self_attention import SelfAttention
from kgen.layers.spectral_normalization import SpectralNormalization
from kgen.layers.spread import Spread
from kgen.layers.warp import Warp

__all__ = [
    "AdaptiveAugmentation",
    "BatchNormalization",
    "BilinearUpsampling",
    "ClassWhitening",
    "Component",
    "ConditionalBatchNormalization",
    "EqualisedConv2D",
    "EqualisedDense",
    "Fade",
    "ImagePool",
    "Jointly",
    "LearnedConstant",
    "LinearInterpolation",
    "MeanStyle",
    "MinibatchStandardDeviation",
    "Mirrored",
    "ModulatedConvolution",
    "NoiseInjection",
    "OneHot",
    "Orthogonality",
    "PathLengthPenalty",
    "PixelNormalization",
    "RandomAffine",
    "RandomIntensity",
    "RandomShift",
    "RandomStain",
    "RegionalHistogram",
    "SelfAttention",
    "SpectralNormalization",
    "Spread",
    "Warp",
    "image_pool",
]
