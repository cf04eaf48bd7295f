from abc import abstractmethod

from kgen.abilities.translates import Translates
from kgen.types import Array, Tensor


class Perturbs(Translates):
    """Predicts what a treatment makes of a value x, its ``after``; a page writes ``moved``."""

    directions = (("x", "after"),)

    @abstractmethod
    def moved(self, z: Tensor) -> Tensor:
        """The latents after the treatment, given z before it, each (n, latent_dim); tensors."""

    def move(self, z: Array) -> Array:
        """The latents after the treatment, given those before it."""
        return self.in_batches(self.moved, z=z)
