from typing import TYPE_CHECKING

import numpy as np

from kgen.types import Array, Arrays
from kgen.verbs.classes import likeliest
from kgen.verbs.verb import Verb

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel
    from kgen.fields import Field


class Segment(Verb):
    """Writes the mask ``y`` of every value, as the stored numbers of its classes."""

    task = "segment"

    def check(self, model: "GenerativeModel") -> None:
        super().check(model)
        if not model.segments:
            raise ValueError(
                "this run was trained on images and not on masks: it translates."
            )

    def reads(self, model: "GenerativeModel") -> tuple[str, ...]:
        return ("x",)

    def apply(self, model: "GenerativeModel", values: Arrays) -> dict[str, Array]:
        numbers = model.segment(**values)[..., None]
        return {"y": np.asarray(model.fields["y"].values)[numbers]}

    def field(self, model: "GenerativeModel", name: str) -> "Field":
        return model.fields["y"]

    def of_patches(self, model: "GenerativeModel", values: Array) -> Array:
        return model.class_shares(values)

    def of_scan(self, model: "GenerativeModel", blended: Array) -> Array:
        return likeliest(model.fields["y"], blended)
