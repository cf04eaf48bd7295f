from typing import TYPE_CHECKING

import numpy as np

from kgen.types import Array, Arrays
from kgen.verbs.verb import Verb

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel


class Classify(Verb):
    """Writes the class of every value: number ``y``, name ``class``, and all ``probabilities``."""

    task = "classify"

    def reads(self, model: "GenerativeModel") -> tuple[str, ...]:
        return ("x",)

    def apply(self, model: "GenerativeModel", values: Arrays) -> dict[str, Array]:
        probabilities = model.classify(**values)
        read = probabilities.argmax(axis=1)
        return {
            "y": read,
            "class": np.array(_classes(model))[read],
            "probabilities": probabilities,
        }

    def columns(self, model: "GenerativeModel", name: str) -> list[str] | None:
        return (
            [f"probability_{each}" for each in _classes(model)]
            if name == "probabilities"
            else None
        )

    def names(self, model: "GenerativeModel") -> dict[str, list[str]]:
        return {"class_names": _classes(model)}


def _classes(model):
    return model.fields["y"].class_names
