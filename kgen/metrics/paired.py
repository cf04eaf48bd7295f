"""Where paired images differ, with the errors of many tests at once under control."""

from typing import NamedTuple

import numpy as np

FLIPS, LEVEL, AT_ONCE = 1000, 0.05, 50
SMALL = 1e-9  # a deviation: a pixel that never varies shows nothing


class Difference(NamedTuple):
    """The mean difference of every pixel and where it is significant.

    Args:
        mean: float array of the shape of an image.
        t: float array of the same shape, the mean in units of its standard error.
        threshold: float, the |t| that chance reaches anywhere in 5 % of all cases.
    """

    mean: np.ndarray
    t: np.ndarray
    threshold: float

    @property
    def significant(self):
        """Where the difference is more than chance."""
        return np.abs(self.t) > self.threshold


def paired_difference(differences, flips=FLIPS, level=LEVEL, seed=0):
    """Tests every pixel of paired differences at once: the maximum statistic over random sign flips.

    If pairs differ by chance alone, each difference could as well have the other sign. The greatest |t| of all pixels
    under such flips says what chance reaches anywhere: the family-wise error is ``level``.

    Args:
        differences: array (n, …), one image of each pair minus the other; n ≥ 6.
        flips: int, random sign flips.
        level: float, the family-wise error.
        seed: int, of the flips.

    Returns:
        ``Difference``.

    Raises:
        ValueError: for fewer than 6 pairs, which have too few sign flips.

    Reference:
        Nichols & Holmes, Nonparametric Permutation Tests for Functional Neuroimaging: A Primer with Examples, 2002,
        doi:10.1002/hbm.1058
    """
    if len(differences) < 6:
        raise ValueError(f"differences are of {len(differences)} pairs; at least 6 are needed.")
    rows = np.asarray(differences, "float32").reshape(len(differences), -1)
    signs = np.random.default_rng(seed).choice(np.array([-1.0, 1.0], "float32"), (flips, len(rows)))
    squares = np.square(rows).sum(axis=0)
    parts = np.array_split(
        signs, -(-flips // AT_ONCE)
    )  # of large images all flips at once take gigabytes
    greatest = [np.abs(_t(part @ rows, squares, len(rows))).max(axis=1) for part in parts]
    shape = np.shape(differences)[1:]
    t = _t(rows.sum(axis=0), squares, len(rows)).reshape(shape)
    return Difference(
        rows.mean(axis=0).reshape(shape), t, float(np.quantile(np.concatenate(greatest), 1 - level))
    )


def changed_share(differences):
    """The share of pixels in which pairs differ by more than chance."""
    return float(paired_difference(differences).significant.mean())


def _t(sums, squares, count):
    """Student's t of every pixel from the sums of its differences and of their squares, which no flip changes."""
    means = sums / count
    variances = np.maximum(squares / count - np.square(means), 0.0) * count / (count - 1)
    return means / np.maximum(np.sqrt(variances / count), SMALL)
