import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from kgen.abilities.generates import Generates
from kgen.layers import Component
from kgen.types import Array, Tensor


class Mixes(Generates):
    """Draws from several generators; the first latent chooses one. A page sets ``components``."""

    components: int

    def component(self, z: Tensor) -> Tensor:
        """The generator, a whole number (n,), of each latent vector (n, latent_dim); a tensor."""
        return Component(self.components)(z)

    def generate(
        self,
        n: int,
        labels: ArrayLike | None = None,
        seed: int | None = None,
        component: int | None = None,
    ) -> Array:
        """``n`` values decoded from the prior, of all generators or of number ``component``."""
        if component is None:
            return super().generate(n, labels, seed)
        self.labels_of(n, labels)
        return self.decode(self._of_component(self._latents(n, seed), component))

    def _of_component(self, latents, component):
        """The latents, with the first at the middle of a generator's interval."""
        if component not in range(self.components):
            last = self.components - 1
            raise ValueError(
                f"component={component!r} is not a whole number from 0 to {last}."
            )
        first = ndtri((component + 0.5) / self.components)
        return np.concatenate(
            [np.full_like(latents[:, :1], first), latents[:, 1:]], axis=1
        )
