import numpy as np

from kgen.metrics import checks


def frechet_distance(real, fake):
    """The Fréchet distance of two sets of features, each taken for a Gaussian; 0 for equal moments.

        ‖μ − ν‖² + Tr(A + B − 2 (AB)^½)

    It falls with the number of samples even where both sets have one source: compare it at one n only.

    Args:
        real: array (n, d) of features, n > d.
        fake: array (n, d) of features.

    Returns:
        float ≥ 0, in squared units of the features.

    Raises:
        ValueError: for NaN, for different shapes, or where n ≤ d leaves the covariance singular.

    Reference:
        Heusel et al., GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium, 2017,
        arXiv:1706.08500
    """
    real, fake = checks.alike("frechet_distance", real, fake)
    checks.check_enough("frechet_distance", len(real), real.shape[1] + 1)
    return frechet_distance_of_moments(*_moments(real), *_moments(fake))


def frechet_distance_of_moments(mean, covariance, other_mean, other_covariance):
    """The Fréchet distance of two Gaussians, given by their means (d,) and covariances (d, d)."""
    # A^½ B A^½ has the eigenvalues of AB and is symmetric, so that rounding makes none of them complex.
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    common = np.sqrt(np.linalg.eigvalsh(root @ other_covariance @ root).clip(0)).sum()
    apart = np.sum(np.square(np.subtract(mean, other_mean)))
    return float(max(0.0, apart + np.trace(covariance) + np.trace(other_covariance) - 2 * common))


def _moments(features):
    return features.mean(axis=0), np.atleast_2d(np.cov(features, rowvar=False))
