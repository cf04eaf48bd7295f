from abc import abstractmethod
from functools import partial

from numpy.typing import ArrayLike

from kgen import checks
from kgen.abilities.generates import Generates
from kgen.types import Array, Tensor


class Truncates(Generates):
    """Draws more typical and less varied values with a truncation ψ below 1.

    ψ = 1 draws from the whole distribution. A page writes ``truncated``.
    """

    @abstractmethod
    def truncated(self, truncation: float, *latents: Tensor) -> Tensor:
        """The scaled values of latents, and of labels if any, with ψ; ``draw`` where ψ = 1."""

    def decode(
        self, z: Array, y: Array | None = None, truncation: float = 1.0
    ) -> Array:
        """The value of each row of latents, with the truncation ψ in [0, 1]."""
        checks.check_number("truncation", truncation, 0.0, 1.0)
        self.check_latents(z)
        if truncation == 1.0:
            return super().decode(z, y)
        draw = partial(self.truncated, truncation)
        unscaled = self.fields["x"].unscaled
        return self.in_batches(
            lambda *latents: unscaled(draw(*latents)), **self.with_labels(z=z, y=y)
        )

    def generate(
        self,
        n: int,
        labels: ArrayLike | None = None,
        seed: int | None = None,
        truncation: float = 1.0,
    ) -> Array:
        """``n`` values as in ``Generates.generate``, with the truncation ψ in [0, 1]."""
        labels = self.labels_of(n, labels)
        return self.decode(self._latents(n, seed), labels, truncation)
