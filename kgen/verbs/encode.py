from typing import TYPE_CHECKING

from kgen.verbs.verb import Verb

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel
    from kgen.types import Array, Arrays


class Encode(Verb):
    """Writes the latent vector of every value: ``latents``, (n, latent_dim)."""

    task = "latent"

    def apply(self, model: "GenerativeModel", values: "Arrays") -> "dict[str, Array]":
        return {"latents": model.latents(**values)}
