"""How well anomalies are told from normal values: values (n,), and points (n, …) of masks."""

import math

import numpy as np
from scipy import ndimage

from kgen.checks import check_number, check_positive
from kgen.metrics.calibration import area, at_every_threshold, precision
from kgen.metrics.checks import Unmeasurable
from kgen.types import Array

# Points, the deviation of the Gaussian under which a single point counts for little.
SMOOTHING = 1.0
FALSE_ALARMS = 0.05  # of normal values, at a threshold
FALSE_POINTS = 0.01  # of the points of normal values


def smoothed(maps: Array) -> Array:
    """Maps (n, …) under a Gaussian of one point."""
    return ndimage.gaussian_filter(
        np.asarray(maps, "float32"), (0, *[SMOOTHING] * (np.ndim(maps) - 1))
    )


def peaks(maps: Array) -> Array:
    """The maximum of each smoothed map, (n,): the score of small and strong anomalies."""
    return smoothed(maps).reshape(len(maps), -1).max(axis=1)


def anomaly_area(scores: Array, anomalous: Array) -> float:
    """The area under the ROC: how often an anomaly scores above a normal value; ½ at random."""
    found, normal = _both(scores, anomalous)
    return area(found, normal)


def anomaly_precision(scores: Array, anomalous: Array) -> float:
    """The area under precision against recall; at random the share of anomalies."""
    _both(scores, anomalous)
    return precision(np.ravel(anomalous).astype(bool), np.ravel(scores))


def sensitivity(scores: Array, anomalous: Array) -> float:
    """The share of anomalies above all but 5 % of the normal values."""
    found, normal = _both(scores, anomalous)
    return float(
        np.mean(found > np.quantile(normal, 1.0 - FALSE_ALARMS, method="higher"))
    )


def alarms(scores: Array, anomalous: Array, threshold: float) -> float:
    """The share of normal values above a threshold; 5 % if it was calibrated on similar values."""
    return float(np.mean(_both(scores, anomalous)[1] > threshold))


def calibrated(scores: Array, rate: float = FALSE_ALARMS) -> float:
    """The threshold that a new normal value exceeds with a probability of at most ``rate``.

    It is the ⌈(n + 1) (1 − rate)⌉-th of the scores, as in conformal prediction.

    Raises:
        Unmeasurable: for too few scores to say it.
        ValueError: if ``rate`` is not between 0 and 1, or scores are not finite.

    Example:
        >>> threshold = calibrated(model.detect(validation))
        >>> found = model.detect(images) > threshold

    Reference:
        Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World, 2005, doi:10.1007/b106715
    """
    check_positive(rate=rate)
    check_number("rate", rate, 0.0, 1.0, below=True)
    scores = np.sort(np.ravel(scores))
    if not np.isfinite(scores).all():
        raise ValueError(
            "scores hold NaN or infinity, of which no threshold can be told."
        )
    rank = math.ceil((len(scores) + 1) * (1.0 - rate))
    if rank > len(scores):
        least = math.ceil(1.0 / rate) - 1
        raise Unmeasurable(
            f"a threshold with {rate:.0%} of false alarms needs at least {least} normal "
            f"validation values; these are {len(scores)}"
        )
    return float(scores[rank - 1])


def dice_of_points(maps: Array, masks: Array, threshold: float) -> float:
    """2 |A ∩ B| / (|A| + |B|), A the points of all maps above a threshold, B those of all masks."""
    found = np.asarray(maps) > threshold
    return float(2.0 * (found & masks).sum() / max(found.sum() + masks.sum(), 1))


def best_dice(maps: Array, masks: Array) -> float:
    """The maximum of ``dice_of_points`` over all thresholds; choosing it requires the truth."""
    masks = np.ravel(masks).astype(bool)
    hits, counts = at_every_threshold(np.ravel(maps), masks)
    return float(np.max(2.0 * hits / (counts + hits[-1])))


def _both(scores, anomalous):
    """The scores of anomalies, and of normal values."""
    scores = np.ravel(scores)
    anomalous = np.ravel(anomalous).astype(bool)
    if anomalous.all() or not anomalous.any():
        kind = "anomalies" if anomalous.all() else "normal"
        raise Unmeasurable(
            f"it compares anomalies with normal values, and all are {kind}"
        )
    return scores[anomalous], scores[~anomalous]
