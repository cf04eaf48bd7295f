"""How good a generative model is, in numbers."""

from kgen.metrics.likelihood import bits_per_dimension, importance_weighted_log_likelihood, independent_pixels
from kgen.metrics.outside_classifier import OutsideClassifier
from kgen.metrics.probes import probe_accuracy
from kgen.metrics.sharpness import sharpness

__all__ = [
    "OutsideClassifier",
    "bits_per_dimension",
    "importance_weighted_log_likelihood",
    "independent_pixels",
    "probe_accuracy",
    "sharpness",
]
