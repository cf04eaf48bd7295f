from abc import abstractmethod

from kgen.abilities.translates import Translates


class Perturbs(Translates):
    """Foretells what a treatment makes of a value x, its translation into ``after``; a page writes ``moved``."""

    directions = (("x", "after"),)

    @abstractmethod
    def moved(self, z):
        """Where the treatment takes codes z, each (n, latent_dim); tensors."""

    def move(self, z):
        """The codes after the treatment of those before it."""
        return self.in_batches(self.moved, z=z)
