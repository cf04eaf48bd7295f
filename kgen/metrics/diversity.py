import numpy as np
from scipy.spatial.distance import cdist

from kgen.metrics import checks
from kgen.types import Array


def relative_diversity(
    samples: Array, real: Array, labels: Array | None = None
) -> float:
    """How diverse samples are relative to as many real images: 1 if equally, 0 if all are equal.

    It is the smaller of two quotients, samples over real images:

    - the mean distance between two images, which is small if the samples crowd in one place;
    - the mean distance to the nearest other image, which is small if they repeat a few images.

    A quotient is skipped if its distance is 0 for the real images. If both are skipped, the result
    is 1.

    Args:
        samples: array (n, …) of images or features.
        real: array (n, …) of real ones.
        labels: int array (n,), the classes of both. If given, only images of one class are
            compared, unless every class has a single image.

    Raises:
        ValueError: for NaN or for different shapes.
    """
    real, samples = checks.alike("relative_diversity", real, samples)
    apart = _apart(np.zeros(len(real)) if labels is None else np.asarray(labels))
    found, expected = _distances(samples, apart), _distances(real, apart)
    told = expected > 0
    return float(min(found[told] / expected[told], default=1.0))


def _apart(labels):
    """Pairs to skip: self-pairs, and pairs across classes unless no class has two images."""
    themselves = np.eye(len(labels), dtype=bool)
    apart = themselves | (labels[:, None] != labels)
    return themselves if apart.all() else apart


def _distances(images, apart):
    distances = np.ma.masked_array(cdist(images, images), apart)
    return np.array([distances.mean(), distances.min(axis=1).mean()])
