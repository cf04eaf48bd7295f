"""How good a generative model is, in numbers."""

from kgen.metrics.active_units import active_units
from kgen.metrics.factor_vae_score import factor_vae_score
from kgen.metrics.likelihood import bits_per_dimension, importance_weighted_log_likelihood, independent_pixels
from kgen.metrics.modes import mode_coverage
from kgen.metrics.mutual_information_gap import mutual_information_gap
from kgen.metrics.outside_classifier import OutsideClassifier
from kgen.metrics.probes import probe_accuracy
from kgen.metrics.sharpness import sharpness

__all__ = [
    "OutsideClassifier",
    "active_units",
    "bits_per_dimension",
    "factor_vae_score",
    "importance_weighted_log_likelihood",
    "independent_pixels",
    "mode_coverage",
    "mutual_information_gap",
    "probe_accuracy",
    "sharpness",
]
