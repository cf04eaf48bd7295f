import numpy as np
from scipy.spatial.distance import cdist

from kgen.metrics import checks


def relative_diversity(samples, real, labels=None):
    """How unlike each other the samples are, in units of as many real images: 1 like them, 0 all the same image.

    The lesser of two quotients, samples over real: of the mean distance between two images, which sees that they crowd
    in one place, and of the mean distance to the nearest other one, which sees that they are a few images again and
    again. A quotient over real images that are all equal says nothing: without any other, samples are as diverse.

    Args:
        samples: array (n, …) of images or features.
        real: array (n, …) of real ones.
        labels: whole numbers (n,), the classes of both; where given, only images of one class are compared, unless
            every class has one image alone.

    Raises:
        ValueError: for NaN or for different shapes.
    """
    real, samples = checks.alike("relative_diversity", real, samples)
    apart = _apart(np.zeros(len(real)) if labels is None else np.asarray(labels))
    found, expected = _distances(samples, apart), _distances(real, apart)
    told = expected > 0
    return float(min(found[told] / expected[told], default=1.0))


def _apart(labels):
    """Which pairs are not compared: an image and itself, and images of two classes where some class has two."""
    themselves = np.eye(len(labels), dtype=bool)
    apart = themselves | (labels[:, None] != labels)
    return themselves if apart.all() else apart


def _distances(images, apart):
    distances = np.ma.masked_array(cdist(images, images), apart)
    return np.array([distances.mean(), distances.min(axis=1).mean()])
