from typing import TYPE_CHECKING

from kgen.verbs.verb import Verb

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel
    from kgen.fields import Field
    from kgen.types import Array, Arrays


class Reconstruct(Verb):
    """Writes the reconstruction of every value: ``x``, in stored units."""

    task = "reconstruct"

    def apply(self, model: "GenerativeModel", values: "Arrays") -> "dict[str, Array]":
        return {"x": model.reconstruct(**values)}

    def field(self, model: "GenerativeModel", name: str) -> "Field":
        return model.fields["x"]
