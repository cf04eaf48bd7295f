import numpy as np
from scipy.spatial import cKDTree

from kgen.metrics.checks import check_enough, rows
from kgen.types import Array

LEAST_A_MODE = 10


def mode_coverage(
    samples: Array, centres: Array, standard_deviation: float
) -> dict[str, float]:
    """How well samples cover an even mixture of Gaussians, such as a ring or a grid.

    A sample is of high quality if it lies within 3σ of its nearest centre. In two dimensions a
    share 1 − exp(−9/2) = .9889 of the samples of a perfect model does. A mode is found if it is the
    nearest one of at least one sample of high quality.

    Args:
        samples: float array (n, dimensions).
        centres: float array (modes, dimensions).
        standard_deviation: float > 0, σ of every mode in every direction.

    Returns:
        dict: ``modes``, the number of modes found, and ``high_quality``, the share of samples of
            high quality.

    Raises:
        ValueError: if samples or centres are not finite or differ in dimensions, if σ is not above
            0, or if there are fewer than 10 samples per mode: even a perfect model might miss one.

    Example:
        >>> angles = 2 * np.pi * np.arange(8) / 8
        >>> centres = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        >>> samples = np.repeat(centres[:4], 25, axis=0)  # on four of the eight centres
        >>> mode_coverage(samples, centres, 0.01)
        {'modes': 4, 'high_quality': 1.0}

    Reference:
        Srivastava et al., VEEGAN, 2017, arXiv:1705.07761
    """
    centres, samples = rows("centres", centres), rows("samples", samples)
    check_enough("mode_coverage", len(samples), LEAST_A_MODE * len(centres))
    if samples.shape[1] != centres.shape[1]:
        raise ValueError(
            f"samples have {samples.shape[1]} dimensions, centres {centres.shape[1]}; "
            "give the same."
        )
    if not 0 < standard_deviation < np.inf:
        raise ValueError(
            f"standard_deviation={standard_deviation!r} is not a number above 0."
        )
    distances, nearest = cKDTree(centres).query(samples)
    good = distances <= 3.0 * standard_deviation
    return {"modes": len(np.unique(nearest[good])), "high_quality": float(good.mean())}
