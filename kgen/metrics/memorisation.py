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
    training = checks.rows("training", training)
    sides = {"samples": samples, "held_out": held_out}
    new, real = (nearest(checks.rows(name, *drawn(MOST, side)), 1, training) for name, side in sides.items())
    return float(stats.mannwhitneyu(real, new, method="asymptotic").statistic / (len(real) * len(new)))
