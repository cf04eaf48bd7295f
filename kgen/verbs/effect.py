from typing import TYPE_CHECKING

import numpy as np

from kgen.types import Array, Arrays
from kgen.verbs.verb import Verb

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel


class Effect(Verb):
    """Writes what every value has that its translation to the domain ``to`` has not.

    For patients as ``a`` and controls as ``b`` this is the effect of the disease in each patient.
    """

    task = "translate"

    def reads(self, model: "GenerativeModel", to: str = "b") -> tuple[str, ...]:
        start = model.source(to)
        if not model.keeps_kind(to):
            raise ValueError(
                f"{start} is {model.fields[start]}, and {to} is {model.fields[to]}: "
                "a difference says nothing. Use translate."
            )
        return (start,)

    def apply(
        self, model: "GenerativeModel", values: Arrays, to: str = "b"
    ) -> dict[str, Array]:
        (start,) = values.values()
        return {"effect": self.of_patches(model, start, to)}

    def of_patches(
        self, model: "GenerativeModel", values: Array, to: str = "b"
    ) -> Array:
        given = model.fields[model.source(to)].stored(values)
        return np.subtract(given, model.translate(values, to), dtype="float32")

    def of_scan(self, model: "GenerativeModel", blended: Array, to: str = "b") -> Array:
        return blended[..., 0].astype("float32")
