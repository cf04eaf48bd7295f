from abc import abstractmethod
from typing import cast

import numpy as np

from kgen.abilities.regresses import Regresses
from kgen.checks import check_known
from kgen.fields import Vector
from kgen.types import Array, Arrays, Names, Tensor


class HasConcepts(Regresses):
    """Reads concepts c from x, and y from c alone; a page writes ``found`` and ``decided``."""

    @abstractmethod
    def found(self, x: Tensor) -> Tensor:
        """The scaled concepts (n, k) of scaled values; tensors."""

    @abstractmethod
    def decided(self, c: Tensor) -> Tensor:
        """The scaled number (n, 1) of scaled concepts; tensors."""

    def regressed(self, x: Tensor) -> Tensor:
        return self.decided(self.found(x))

    @property
    def concept_names(self) -> Names:
        """The names of the concepts, in their order; their numbers where they have no names."""
        field = cast(Vector, self.fields["c"])
        return field.names or [str(place) for place in range(field.shape[0])]

    def concepts(self, x: Array) -> Array:
        """The concepts of each value, (n, k), in stored units."""
        return self.asked_of(lambda x: self.fields["c"].unscaled(self.found(x)), x=x)

    def decide(self, c: Array) -> Array:
        """The number estimated from each row of concepts, (n,), both in stored units."""
        return self.asked_of(
            lambda c: self.fields["y"].unscaled(self.decided(c)), c=c
        ).reshape(-1)

    def intervene(self, x: Array, corrected: Arrays) -> Array:
        """The number estimated for each value, with some of its concepts corrected by hand.

        Args:
            x: array of stored values.
            corrected: dict from a concept's name to an array (n,) of its true values, in stored
                units.

        Raises:
            ValueError: for an unknown concept, or another number of values.

        Example:
            >>> years = model.intervene(scans, {"csf": measured})
        """
        return self.decide(self.corrected(self.concepts(x), corrected))

    def corrected(self, concepts: Array, known: Arrays) -> Array:
        """Concepts (n, k), where the columns of the known ones, by name, replace those found."""
        concepts, names = np.array(concepts), self.concept_names
        for name, values in known.items():
            place = names.index(check_known("concept", name, names))
            concepts[:, place] = _checked(name, values, len(concepts))
        return concepts


def _checked(name, values, count):
    """The true values of a concept, one per row."""
    values = np.asarray(values, "float64").reshape(-1)
    if len(values) != count:
        raise ValueError(
            f"{name} is given for {len(values)} values, and there are {count}. Give one for each."
        )
    if not np.isfinite(values).all():
        raise ValueError(
            f"{name} holds NaN or infinity. Leave out what is not known, with those values of x."
        )
    return values
