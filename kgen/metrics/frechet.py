import numpy as np

from kgen.metrics import checks
from kgen.types import Array


def frechet_distance(real: Array, fake: Array) -> float:
    """The Fréchet distance of two sets of features, each fitted by a Gaussian; 0 for equal moments.

        ‖μ − ν‖² + Tr(A + B − 2 (AB)^½)

    It falls with n even if both sets come from one distribution: compare values of equal n only.

    Args:
        real: array (n, d) of features, n > d.
        fake: array (n, d) of features.

    Returns:
        float ≥ 0, in squared units of the features.

    Raises:
        ValueError: for NaN, for different shapes, or if n ≤ d, where the covariance is singular.

    Reference:
        Heusel et al., GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
        Equilibrium, 2017, arXiv:1706.08500
    """
    real, fake = checks.alike("frechet_distance", real, fake)
    checks.check_enough("frechet_distance", len(real), real.shape[1] + 1)
    return frechet_distance_of_moments(*_moments(real), *_moments(fake))


def frechet_distance_of_moments(
    mean: Array, covariance: Array, other_mean: Array, other_covariance: Array
) -> float:
    """The Fréchet distance of two Gaussians, given by their means (d,) and covariances (d, d)."""
    # The singular values of A^½ B^½ are the roots of the eigenvalues of AB. The root of an
    # eigenvalue that is rounded near 0 would lose half of the digits.
    common = np.linalg.svd(
        _root(covariance) @ _root(other_covariance), compute_uv=False
    ).sum()
    apart = np.sum(np.square(np.subtract(mean, other_mean)))
    return float(
        max(0.0, apart + np.trace(covariance) + np.trace(other_covariance) - 2 * common)
    )


def _root(covariance):
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(values.clip(0)) @ vectors.T


def _moments(features):
    return features.mean(axis=0), np.atleast_2d(np.cov(features, rowvar=False))
