"""Where paired images differ, corrected for testing many pixels at once."""

from typing import NamedTuple

import numpy as np

from kgen.types import Array

FLIPS, LEVEL, AT_ONCE = 1000, 0.05, 50
SMALL = 1e-9  # least standard error: a pixel whose differences are all 0 has t = 0


class Difference(NamedTuple):
    """The mean difference of every pixel, and where it is significant.

    Args:
        mean: float array of the shape of an image.
        t: float array of the same shape, the mean in units of its standard error.
        threshold: float, the |t| that chance exceeds at some pixel in 5 % of all cases.
    """

    mean: np.ndarray
    t: np.ndarray
    threshold: float

    @property
    def significant(self) -> Array:
        """Where the difference is more than chance."""
        return np.abs(self.t) > self.threshold


def paired_difference(
    differences: Array, flips: int = FLIPS, level: float = LEVEL, seed: int = 0
) -> Difference:
    """Tests every pixel of paired differences at once: the maximum statistic over sign flips.

    If a pair differs by chance alone, its difference could equally well have the other sign. Random
    sign flips therefore give the distribution, under chance, of the largest |t| of all pixels. The
    family-wise error is ``level``.

    Args:
        differences: array (n, …), one image of each pair minus the other; n ≥ 6.
        flips: int, number of random sign flips.
        level: float, the family-wise error.
        seed: int, seed of the flips.

    Returns:
        ``Difference``.

    Raises:
        ValueError: for fewer than 6 pairs, which have too few sign flips.

    Reference:
        Nichols & Holmes, Nonparametric Permutation Tests for Functional Neuroimaging: A Primer with
        Examples, 2002, doi:10.1002/hbm.1058
    """
    if len(differences) < 6:
        raise ValueError(
            f"differences are of {len(differences)} pairs; at least 6 are needed."
        )
    rows = np.asarray(differences, "float32").reshape(len(differences), -1)
    signs = np.random.default_rng(seed).choice(
        np.array([-1.0, 1.0], "float32"), (flips, len(rows))
    )
    squares = np.square(rows).sum(axis=0)
    # All flips of large images at once would take gigabytes.
    parts = np.array_split(signs, -(-flips // AT_ONCE))
    # No flip changes the squares.
    greatest = [
        np.abs(_t(part @ rows, squares, len(rows))).max(axis=1) for part in parts
    ]
    shape = np.shape(differences)[1:]
    t = _t(rows.sum(axis=0), squares, len(rows)).reshape(shape)
    return Difference(
        rows.mean(axis=0).reshape(shape),
        t,
        float(np.quantile(np.concatenate(greatest), 1 - level)),
    )


def changed_share(differences: Array) -> float:
    """The share of pixels in which pairs differ beyond chance."""
    return float(paired_difference(differences).significant.mean())


def _t(sums, squares, count):
    """Student's t of each pixel from its sums of differences and of squares."""
    means = sums / count
    variances = (
        np.maximum(squares / count - np.square(means), 0.0) * count / (count - 1)
    )
    return means / np.maximum(np.sqrt(variances / count), SMALL)
