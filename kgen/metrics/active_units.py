from kgen.metrics.checks import check_enough, rows

THRESHOLD = 0.01


def active_units(means, threshold=THRESHOLD):
    """How many codes the encoder uses: those whose mean varies over the data, Var_x E[z_j|x] > ``threshold``.

    The mean codes of the others stay at 0, that of the prior, whatever the image: they have collapsed.

    Args:
        means: float array (n, latent_dim) of mean codes, such as ``model.encode(x)[0]``; a few thousand of them.
        threshold: float, in squared units of a code.

    Raises:
        ValueError: if ``means`` is not a finite array of at least 2 rows.

    Example:
        >>> active_units(model.encode(x)[0])

    Reference:
        Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders, 2016, section 5.2, arXiv:1509.00519
    """
    check_enough("active_units", len(means), 2)
    return int(is_active(rows("means", means), threshold).sum())


def is_active(means, threshold=THRESHOLD):
    """Which codes vary more than ``threshold``."""
    return means.var(axis=0) > threshold
