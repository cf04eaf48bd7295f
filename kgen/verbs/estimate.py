from typing import TYPE_CHECKING

from kgen.verbs.verb import Verb

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel
    from kgen.types import Array, Arrays


class Estimate(Verb):
    """Writes the number that the model estimates for every value: ``y``, in stored units."""

    task = "regress"

    def reads(self, model: "GenerativeModel") -> tuple[str, ...]:
        return ("x",)

    def apply(self, model: "GenerativeModel", values: "Arrays") -> "dict[str, Array]":
        return {"y": model.estimate(**values)}
