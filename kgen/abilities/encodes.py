from abc import abstractmethod

from kgen.abilities.generates import Generates
from kgen.types import Array, Tensor


class Encodes(Generates):
    """Encodes values as latents and decodes them; a page writes ``latent`` and ``draw``."""

    @abstractmethod
    def latent(self, *values: Tensor) -> Tensor:
        """The latents (n, latent_dim) of scaled values x, and labels if it takes any; tensors."""

    def latents(self, x: Array, y: Array | None = None) -> Array:
        """The latents of each value, (n, latent_dim); the mean if they are distributions."""
        self.check_data(x, y)
        return self.in_batches(self.latent, **self.with_labels(x=x, y=y))

    def reconstruct(self, x: Array, y: Array | None = None) -> Array:
        """Each value encoded and decoded again."""
        self.check_data(x, y)
        return self.in_batches(self._reconstructed, **self.with_labels(x=x, y=y))

    def activity(self, x: Array, y: Array | None = None) -> Array:
        """How much each latent varies over the values, (latent_dim,): its variance."""
        return self.latents(x, y).var(axis=0)

    @property
    def predict_inputs(self) -> tuple[str, ...]:
        return ("x", *self.label_names)

    def predicted(self, *values: Tensor) -> Tensor:
        return self._reconstructed(*values)

    def _reconstructed(self, x, *labels):
        return self._decoded(self.latent(x, *labels), *labels)
