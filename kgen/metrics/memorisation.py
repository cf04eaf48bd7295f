import numpy as np
from scipy import stats

from kgen.metrics import checks
from kgen.metrics.draws import drawn
from kgen.metrics.neighbours import nearest

MOST = 2000


def memorisation(samples, held_out, training):
    """Probability that a sample lies nearer to the training set than a real image that was held out of it.

        P(d(sample) < d(held out)) + ½ P(d(sample) = d(held out)),   d: distance to the nearest training image

    ½ for images as new as real ones, 1 for copies; below ½ the samples lie off the training set. The Mann–Whitney
    share of at most 2,000 of each against all training images.

    Args:
        samples: array (n, …) of images or features.
        held_out: array (m, …) of real ones that no training saw.
        training: array (t, …), all that the training saw.

    Raises:
        ValueError: for NaN.

    Reference:
        Meehan, Chaudhuri & Dasgupta, A Non-Parametric Test to Detect Data-Copying in Generative Models, 2020,
        arXiv:2004.05675
    """
    new, real = _nearest(samples, held_out, training)
    return float(
        stats.mannwhitneyu(real, new, method="asymptotic").statistic / (len(real) * len(new))
    )


def near_copies(samples, held_out, training, share=0.05):
    """The share of samples nearer to a training image than all but ``share`` of the real ones held out of it.

    ``share`` for samples as new as real ones; more tell of copies.

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
        nearest(checks.rows(name, *drawn(MOST, side)), 1, training) for name, side in sides.items()
    ]
