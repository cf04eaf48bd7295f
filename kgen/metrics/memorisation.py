import numpy as np
from scipy import stats

from kgen.metrics import checks
from kgen.metrics.draws import drawn
from kgen.metrics.neighbours import nearest
from kgen.types import Array

MOST = 2000


def memorisation(samples: Array, held_out: Array, training: Array) -> float:
    """Probability that a sample is nearer to the training set than a held-out real image is.

        P(d(sample) < d(held out)) + ½ P(d(sample) = d(held out))
        d: distance to the nearest training image

    It is ½ for samples as new as real images and 1 for copies. Below ½ the samples lie away from
    the training set. It is the Mann–Whitney U statistic as a share, of at most 2,000 images of each
    against all training images.

    Args:
        samples: array (n, …) of images or features.
        held_out: array (m, …) of real ones that no training used.
        training: array (t, …), all real ones that the training used.

    Raises:
        ValueError: for NaN.

    Reference:
        Meehan, Chaudhuri & Dasgupta, A Non-Parametric Test to Detect Data-Copying in Generative
        Models, 2020, arXiv:2004.05675
    """
    new, real = _nearest(samples, held_out, training)
    return float(
        stats.mannwhitneyu(real, new, method="asymptotic").statistic
        / (len(real) * len(new))
    )


def near_copies(
    samples: Array, held_out: Array, training: Array, share: float = 0.05
) -> float:
    """The share of samples nearer to the training set than a low quantile of held-out images.

    The quantile is that of ``share``: samples as new as real images give ``share``, and a larger
    result indicates copies.

    Args:
        samples, held_out, training: as in ``memorisation``.
        share: float in (0, 1), of the held-out images.
    """
    new, real = _nearest(samples, held_out, training)
    return float(np.mean(new < np.quantile(real, share)))


def _nearest(samples, held_out, training):
    """The distances to the nearest training image of samples, and of held-out images."""
    training = checks.rows("training", training)
    sides = {"samples": samples, "held_out": held_out}
    return [
        nearest(checks.rows(name, *drawn(MOST, side)), 1, training)
        for name, side in sides.items()
    ]
