from typing import TYPE_CHECKING

from kgen.verbs.classes import is_mask, likeliest
from kgen.verbs.verb import Verb

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel
    from kgen.fields import Field
    from kgen.types import Array, Arrays


class Translate(Verb):
    """Writes every value translated to the field ``to``."""

    task = "translate"

    def reads(self, model: "GenerativeModel", to: str) -> tuple[str, ...]:
        return (model.source(to),)

    def apply(
        self, model: "GenerativeModel", values: "Arrays", to: str
    ) -> "dict[str, Array]":
        (start,) = values.values()
        return {to: model.translate(start, to)}

    def field(self, model: "GenerativeModel", name: str, to: str) -> "Field":
        return model.fields[to]

    def of_patches(self, model: "GenerativeModel", values: "Array", to: str) -> "Array":
        # Numbers of classes must not be averaged: between 0 and 4 lie other classes.
        if is_mask(model.fields[to]):
            return model.target_shares(values, to)
        return model.translate(values, to)

    def of_scan(self, model: "GenerativeModel", blended: "Array", to: str) -> "Array":
        if is_mask(model.fields[to]):
            return likeliest(model.fields[to], blended)
        if blended.shape[-1] != 1:
            raise ValueError(
                f"{to} has {blended.shape[-1]} channels, and a scan has one. "
                "Write slices to a .npz file."
            )
        return model.fields[to].rounded(blended[..., 0])
