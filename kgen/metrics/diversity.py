import numpy as np
from sklearn.metrics.pairwise import euclidean_distances

from kgen.metrics import checks


def relative_diversity(samples, real, labels=None):
    """How unlike each other the samples are, in units of as many real images: 1 like them, 0 all the same image.

    The lesser of two quotients, samples over real: of the mean distance between two images, which sees that they crowd
    in one place, and of the mean distance to the nearest other one, which sees that they are a few images again and
    again.

    Args:
        samples: array (n, …) of images or features.
        real: array (n, …) of real ones.
        labels: whole numbers (n,), the classes of both; where given, only images of one class are compared.

    Raises:
        ValueError: for NaN or for different shapes.
    """
    real, samples = checks.alike("relative_diversity", real, samples)
    labels = np.zeros(len(real)) if labels is None else np.asarray(labels)
    apart = labels[:, None] != labels
    np.fill_diagonal(apart, True)
    return float(np.min(_distances(samples, apart) / _distances(real, apart)))


def _distances(images, apart):
    distances = np.ma.masked_array(euclidean_distances(images), apart)
    return np.array([distances.mean(), distances.min(axis=1).mean()])
