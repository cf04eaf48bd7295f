import numpy as np

from kgen.metrics import checks
from kgen.types import Array


def median_gap(reference: Array, samples: Array) -> float:
    """The mean absolute difference of the medians of samples and real values, per number.

    Args:
        reference: array (n, …) of real values.
        samples: array (n, …).

    Raises:
        ValueError: for NaN or for different shapes.
    """
    reference, samples = checks.alike("median_gap", reference, samples)
    return float(np.mean(np.abs(np.median(reference, axis=0) - np.median(samples, axis=0))))
