from abc import abstractmethod

import numpy as np

from kgen import checks
from kgen.abilities.ability import Ability
from kgen.fields import Mask
from kgen.types import Array, Tensor


class Translates(Ability):
    """Translates between fields; a page lists ``directions`` and writes ``translated``."""

    directions: tuple[
        tuple[str, str], ...
    ] = ()  # pairs of names of fields, from and to

    @abstractmethod
    def translated(self, values: Tensor, to: str) -> Tensor:
        """The scaled values of the field ``to`` for scaled values of its source; tensors."""

    def source(self, to: str) -> str:
        """The name of the field that is translated into ``to``."""
        known = {end: start for start, end in self.directions}
        if to not in known:
            ways = " and ".join(f"{start} to {end}" for start, end in self.directions)
            way_out = checks.hint(to, known) or f" Choose {' or '.join(known)}."
            raise ValueError(f"to={to!r}: this run translates {ways} only.{way_out}")
        return known[to]

    def keeps_kind(self, to: str) -> bool:
        """Whether translations into ``to`` can be subtracted from their inputs."""
        one, other = self.fields[self.source(to)], self.fields[to]
        alike = type(one) is type(other) and one.shape == other.shape
        return alike and one.dtype == other.dtype and not isinstance(one, Mask)

    def translate(self, values: Array, to: str) -> Array:
        """Each value as one of the field ``to``, in stored units."""
        start = self.source(to)
        return self.asked_of(
            lambda scaled: self._translated(scaled, to), **{start: values}
        )

    def target_shares(self, values: Array, to: str) -> Array:
        """The share of each class of the mask ``to`` at every point, (n, …, classes)."""
        classes = np.asarray(self.fields[to].values)
        return (self.translate(values, to) == classes).astype("float32")

    @property
    def predict_inputs(self) -> tuple[str, ...]:
        return tuple(start for start, _ in self.directions)

    def predicted(self, *values: Tensor) -> dict[str, Tensor]:
        pairs = zip(self.directions, values, strict=True)
        return {end: self._translated(scaled, end) for (_, end), scaled in pairs}

    def _translated(self, values, to):
        return self.fields[to].unscaled(self.translated(values, to))
