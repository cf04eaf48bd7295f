"""Objectives as pure functions: tensors in, one value an image out."""

from kgen.losses.adversarial import (
    fake_loss,
    generator_loss,
    least_squares_loss,
    real_loss,
    saturating_loss,
    wasserstein_loss,
)
from kgen.losses.classification import accuracy, class_loss
from kgen.losses.divergence import class_leakage, kl_divergence, kl_of_units, kl_sample
from kgen.losses.similarity import feature_loss
from kgen.losses.smoothness import gradient_penalty
from kgen.losses.weights import weight_of_sum

__all__ = [
    "accuracy",
    "class_leakage",
    "class_loss",
    "fake_loss",
    "feature_loss",
    "generator_loss",
    "gradient_penalty",
    "kl_divergence",
    "kl_of_units",
    "kl_sample",
    "least_squares_loss",
    "real_loss",
    "saturating_loss",
    "wasserstein_loss",
    "weight_of_sum",
]
