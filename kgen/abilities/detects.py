from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
from keras import ops


class Anomalies(NamedTuple):
    """What is unlike the normal values of the training, of each of n values.

    Args:
        scores: float array (n,), larger for anomalies.
        maps: float array (n, …), how far each point is from the nearest normal value, mean over the channels of the
            scaled values.
        nearest: array (n, …), the nearest normal value, in stored units.
    """

    scores: np.ndarray
    maps: np.ndarray
    nearest: np.ndarray


class Detects(ABC):
    """Tells how unlike the values of the training a value x is, and where; it was trained on normal values alone.

    A page writes ``nearest``, ``traits`` and ``strangeness``.

    Example:
        >>> scores, maps, nearest = model.anomalies(images)
    """

    @abstractmethod
    def nearest(self, x):
        """The most similar value that the model takes for normal, of each scaled value; tensors."""

    @abstractmethod
    def traits(self, x):
        """What scaled values are compared in beside their points, (n, k); tensors."""

    @abstractmethod
    def strangeness(self, x, nearest):
        """The score (n,) of scaled values and the normal ones nearest to them, larger for anomalies; tensors."""

    def anomalies(self, x):
        """The ``Anomalies`` of stored values: scores, maps and nearest normal values; no value tells of another."""
        return Anomalies(*self.asked_of(self._found, x=x))

    def detect(self, x):
        """The anomaly score of each value, (n,)."""
        return self.anomalies(x).scores

    def described(self, x):
        """What each stored value is compared in beside its points, (n, k)."""
        return self.asked_of(self.traits, x=x)

    def _found(self, x):
        nearest = self.nearest(x)
        maps = ops.mean(ops.abs(x - nearest), axis=-1)
        return self.strangeness(x, nearest), maps, self.fields["x"].unscaled(nearest)
