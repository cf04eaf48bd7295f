"""Objectives as pure functions: tensors in, one value an image out."""

from kgen.losses.adversarial import fake_loss, generator_loss, real_loss, saturating_loss
from kgen.losses.classification import accuracy, class_loss
from kgen.losses.divergence import class_leakage, kl_divergence, kl_sample

__all__ = [
    "accuracy",
    "class_leakage",
    "class_loss",
    "fake_loss",
    "generator_loss",
    "kl_divergence",
    "kl_sample",
    "real_loss",
    "saturating_loss",
]
