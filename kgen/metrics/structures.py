from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from kgen import checks
from kgen.metrics.checks import finite
from kgen.types import Array


class NewStructures:
    """Finds structures that an output adds to its truth or removes from it.

    A difference is blurred by a Gaussian of the width of a structure, which removes noise and edges
    that are slightly displaced. A structure is where more than the threshold is left. The threshold
    is chosen on outputs without new structures, so that at most a share ``rate`` of them exceeds
    it. Check the rate of false alarms on further outputs of this kind.

    Args:
        found: array (n, …, channels), outputs with all structures of their truth and no others.
        truth: array of the same shape.
        width: float > 0, standard deviation of the Gaussian in the unit of ``spacing``, about half
            the radius of a structure.
        spacing: float or floats > 0, the distance between points along each axis.
        rate: float in [0, 1), accepted share of false alarms.

    Raises:
        ValueError: if there are no outputs, a number is out of range, or values are not finite.

    Example:
        >>> structures = NewStructures(outputs, inputs, width=4.0, spacing=2.25)
        >>> structures(new_outputs, new_inputs)  # where they are, True or False at every point
        >>> structures.any(new_outputs, new_inputs).mean()  # the share of outputs that have one
    """

    def __init__(
        self,
        found: Array,
        truth: Array,
        width: float,
        spacing: float | Sequence[float] = 1.0,
        rate: float = 0.05,
    ):
        checks.check_positive(width=width, spacing=float(np.min(spacing)))
        checks.check_number("rate", rate, 0.0, 1.0, below=True)
        if not len(found):
            raise ValueError(
                "found holds no outputs. "
                "The threshold is chosen on some that have no new structures."
            )
        self.width, self.spacing = width, np.asarray(spacing, "float64")
        self.threshold = float(
            np.quantile(self.strengths(found, truth), 1.0 - rate, method="higher")
        )

    def __call__(self, found: Array, truth: Array) -> Array:
        """Where the structures are, a boolean array of the shape of ``found``."""
        return self._changes(found, truth) > self.threshold

    def any(self, found: Array, truth: Array) -> Array:
        """Whether each output has a structure, a boolean array (n,)."""
        return self.strengths(found, truth) > self.threshold

    def strengths(self, found: Array, truth: Array) -> Array:
        """The largest |blurred difference| of each pair, (n,)."""
        return self._changes(found, truth).max(axis=tuple(range(1, np.ndim(found))))

    def _changes(self, found, truth):
        _check(found, truth)
        sigma = np.broadcast_to(self.width / self.spacing, (np.ndim(found) - 2,))
        apart = np.subtract(found, truth, dtype="float64")
        return np.abs(ndimage.gaussian_filter(apart, (0, *sigma, 0)))


def _check(found, truth):
    """Raises unless both are finite values of one shape."""
    if np.shape(found) != np.shape(truth):
        raise ValueError(
            f"found is {np.shape(found)} and truth {np.shape(truth)}. Give pairs of one shape."
        )
    finite("found", found)
    finite("truth", truth)
