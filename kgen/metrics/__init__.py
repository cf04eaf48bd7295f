"""How good a generative model is, in numbers."""

from kgen.metrics.active_units import active_units
from kgen.metrics.agreement import (
    accuracy,
    balanced_accuracy,
    bias,
    mean_absolute_error,
    mean_squared_error,
    r_squared,
)
from kgen.metrics.baseline import ClassGaussian
from kgen.metrics.bootstrap import interval
from kgen.metrics.calibration import (
    area_under_roc,
    average_precision,
    calibration_error,
    negative_log_likelihood,
)
from kgen.metrics.catalogue import CATALOGUE, Metric
from kgen.metrics.checks import Unmeasurable
from kgen.metrics.classification_score import (
    classification_accuracy_score,
    nearest_neighbour_error,
)
from kgen.metrics.conformal import conformal_reach, interval_coverage
from kgen.metrics.diversity import relative_diversity
from kgen.metrics.evaluation_classifier import EvaluationClassifier
from kgen.metrics.evidence import Evidence
from kgen.metrics.factor_vae_score import factor_vae_score
from kgen.metrics.features import Features
from kgen.metrics.frechet import frechet_distance
from kgen.metrics.interventions import interventions
from kgen.metrics.kernel import kernel_distance
from kgen.metrics.likelihood import (
    bits_per_dimension,
    importance_weighted_log_likelihood,
    independent_pixels,
)
from kgen.metrics.memorisation import memorisation, near_copies
from kgen.metrics.modes import mode_coverage
from kgen.metrics.mutual_information_gap import mutual_information_gap
from kgen.metrics.neighbours import precision_recall
from kgen.metrics.paired import paired_difference
from kgen.metrics.probes import linear_probe, mlp_probe, probe_accuracy
from kgen.metrics.ridge import ridge_estimates
from kgen.metrics.sample_metrics import SampleMetrics
from kgen.metrics.score import Score
from kgen.metrics.sharpness import sharpness
from kgen.metrics.shrinkage import shrinkage, stretched
from kgen.metrics.similarity import class_similarity, ms_ssim
from kgen.metrics.two_sample import two_sample_accuracy

__all__ = [
    "CATALOGUE",
    "ClassGaussian",
    "EvaluationClassifier",
    "Evidence",
    "Features",
    "Metric",
    "SampleMetrics",
    "Score",
    "Unmeasurable",
    "accuracy",
    "active_units",
    "area_under_roc",
    "average_precision",
    "balanced_accuracy",
    "bias",
    "bits_per_dimension",
    "calibration_error",
    "class_similarity",
    "classification_accuracy_score",
    "conformal_reach",
    "factor_vae_score",
    "frechet_distance",
    "importance_weighted_log_likelihood",
    "independent_pixels",
    "interval",
    "interval_coverage",
    "interventions",
    "kernel_distance",
    "linear_probe",
    "mean_absolute_error",
    "mean_squared_error",
    "memorisation",
    "mlp_probe",
    "mode_coverage",
    "ms_ssim",
    "mutual_information_gap",
    "near_copies",
    "nearest_neighbour_error",
    "negative_log_likelihood",
    "paired_difference",
    "precision_recall",
    "probe_accuracy",
    "r_squared",
    "relative_diversity",
    "ridge_estimates",
    "sharpness",
    "shrinkage",
    "stretched",
    "two_sample_accuracy",
]
