from kgen.metrics.checks import check_enough, rows
from kgen.types import Array

THRESHOLD = 0.01


def active_units(means: Array, threshold: float = THRESHOLD) -> int:
    """The number of latent variables that the encoder uses: Var_x E[z_j|x] > ``threshold``.

    A latent variable that is not used has collapsed: its mean stays at 0, that of the prior, for
    every image.

    Args:
        means: float array (n, latent_dim) of latent means, such as ``model.encode(x)[0]``; use a
            few thousand rows.
        threshold: float, in squared units of a latent variable.

    Raises:
        ValueError: if ``means`` is not a finite array of at least 2 rows.

    Example:
        >>> mean = np.array([[1.0, 0.0], [-1.0, 0.01]])  # of model.encode(x)
        >>> active_units(mean)
        1

    Reference:
        Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders, 2016, section 5.2,
        arXiv:1509.00519
    """
    check_enough("active_units", len(means), 2)
    return int(is_active(rows("means", means), threshold).sum())


def is_active(means: Array, threshold: float = THRESHOLD) -> Array:
    """Which latent variables vary more than ``threshold``."""
    return means.var(axis=0) > threshold
