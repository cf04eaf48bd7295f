"""Objectives as pure functions: tensors in, one value per image out."""

from kgen.losses.adversarial import (
    fake_loss,
    generator_loss,
    hinge_loss,
    least_squares_loss,
    real_loss,
    saturating_loss,
    wasserstein_loss,
)
from kgen.losses.classification import accuracy, class_loss
from kgen.losses.divergence import (
    class_leakage,
    kl_between,
    kl_divergence,
    kl_of_units,
    kl_sample,
)
from kgen.losses.segmentation import (
    class_logits,
    dice_loss,
    foreground,
    mask_cross_entropy,
    shares,
)
from kgen.losses.similarity import feature_loss
from kgen.losses.smoothness import gradient_penalty, r1_penalty
from kgen.losses.translation import (
    absolute_difference,
    edge_difference,
    of_patches,
    squared_difference,
    total_difference,
)
from kgen.losses.weights import weight_of_sum

__all__ = [
    "absolute_difference",
    "accuracy",
    "class_leakage",
    "class_logits",
    "class_loss",
    "dice_loss",
    "edge_difference",
    "fake_loss",
    "feature_loss",
    "foreground",
    "generator_loss",
    "gradient_penalty",
    "hinge_loss",
    "kl_between",
    "kl_divergence",
    "kl_of_units",
    "kl_sample",
    "least_squares_loss",
    "mask_cross_entropy",
    "of_patches",
    "r1_penalty",
    "real_loss",
    "saturating_loss",
    "shares",
    "squared_difference",
    "total_difference",
    "wasserstein_loss",
    "weight_of_sum",
]
