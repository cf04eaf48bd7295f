"""The latent variables of a subject, and how well a disease can be told from them."""

import numpy as np
from scipy import stats
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold, cross_val_score

from kgen.types import Array

AGES = 55.0, 90.0
TREND = np.array([0.45, 0.35, 0.3])  # per decade, in standard deviations
EFFECT = np.array([1.0, 0.8, 0.9])  # of the disease: ventricle, cortex, hippocampus
SEXES = "female", "male"


def latents(
    random: np.random.Generator, effect: float, label: int, visible: bool
) -> tuple[float, str, Array]:
    """Age, sex and the standardised (ventricle, cortex, hippocampus) of a subject."""
    age = random.uniform(*AGES)
    sex = SEXES[random.integers(2)]
    return (
        age,
        sex,
        trend(age) + random.standard_normal(3) + label * effect * direction(visible),
    )


def trend(age: float) -> Array:
    """The effect of age on the latent variables."""
    return TREND * (age - np.mean(AGES)) / 10


def direction(visible: bool) -> Array:
    """The disease's unit vector; without hippocampi if only an axial slice is ``visible``."""
    shown = EFFECT * (1.0, 1.0, 0.0) if visible else EFFECT
    return shown / np.linalg.norm(shown)


def millimetres(z: Array) -> tuple[float, float, float]:
    """Move of the ventricles' wall and cortical thinning in mm, and loss of hippocampi, a share."""
    wall = np.clip(1.45 + 0.85 * z[0], -1.5, 6.0)
    thinning = np.clip(0.35 + 0.28 * z[1], -0.5, 2.0)
    return float(wall), float(thinning), float(np.clip(0.06 + 0.06 * z[2], -0.15, 0.45))


def ceiling(effect: float) -> float:
    """Φ(D/2): the best accuracy given the age and the latent variables."""
    return float(stats.norm.cdf(effect / 2))


def ceiling_of_areas(measured: Array, labels: Array) -> float:
    """The accuracy of a linear discriminant on measures of the images, mean of 5 folds."""
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return float(
        cross_val_score(LinearDiscriminantAnalysis(), measured, labels, cv=folds).mean()
    )
