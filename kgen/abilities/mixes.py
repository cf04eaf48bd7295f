import numpy as np
from scipy.special import ndtri

from kgen.abilities.generates import Generates
from kgen.layers import Component


class Mixes(Generates):
    """Draws from several generators, of which the first number of a code chooses one; a page sets ``components``."""

    components: int

    def component(self, z):
        """Which generator draws each code (n, latent_dim): whole numbers (n,); a tensor."""
        return Component(self.components)(z)

    def generate(self, n, labels=None, seed=None, component=None):
        """``n`` values decoded from the prior; of the generator number ``component`` alone where one is asked for."""
        if component is None:
            return super().generate(n, labels, seed)
        self.labels_of(n, labels)
        return self.decode(self._of_component(self._codes(n, seed), component))

    def _of_component(self, codes, component):
        """The codes with that first number which is in the middle of a generator's."""
        if component not in range(self.components):
            last = self.components - 1
            raise ValueError(f"component={component!r} is not a whole number from 0 to {last}.")
        first = ndtri((component + 0.5) / self.components)
        return np.concatenate([np.full_like(codes[:, :1], first), codes[:, 1:]], axis=1)
