from abc import abstractmethod
from typing import NamedTuple

import numpy as np
from keras import ops

from kgen.abilities.ability import Ability
from kgen.types import Array, Tensor


class Anomalies(NamedTuple):
    """What is unlike the normal values of the training, of each of n values.

    Args:
        scores: float array (n,), larger for anomalies.
        maps: float array (n, …), the distance of each point from the nearest normal value, a mean
            over the channels of the scaled values.
        nearest: array (n, …), the nearest normal value, in stored units.
    """

    scores: np.ndarray
    maps: np.ndarray
    nearest: np.ndarray


class Detects(Ability):
    """Scores how much a value x differs from the normal training values, and where.

    A page writes ``nearest``, ``traits`` and ``strangeness``.

    Example:
        >>> scores, maps, nearest = model.anomalies(images)
        >>> scores.shape == (len(images),), maps.shape == images.shape[:-1]
        (True, True)
    """

    @abstractmethod
    def nearest(self, x: Tensor) -> Tensor:
        """The most similar value that the model takes for normal, of each scaled value; tensors."""

    @abstractmethod
    def traits(self, x: Tensor) -> Tensor:
        """What scaled values are compared in beside their points, (n, k); tensors."""

    @abstractmethod
    def strangeness(self, x: Tensor, nearest: Tensor) -> Tensor:
        """The score (n,) of scaled values with their nearest normal ones; larger for anomalies."""

    def anomalies(self, x: Array) -> Anomalies:
        """The ``Anomalies`` of stored values; each value is scored independently of the others."""
        return Anomalies(*self.asked_of(self._found, x=x))

    def detect(self, x: Array) -> Array:
        """The anomaly score of each value, (n,)."""
        return self.anomalies(x).scores

    def described(self, x: Array) -> Array:
        """What each stored value is compared in beside its points, (n, k)."""
        return self.asked_of(self.traits, x=x)

    def _found(self, x):
        nearest = self.nearest(x)
        maps = ops.mean(ops.abs(x - nearest), axis=-1)
        return self.strangeness(x, nearest), maps, self.fields["x"].unscaled(nearest)
