from abc import abstractmethod

import keras

from kgen.abilities.generates import Generates
from kgen.types import Array, Tensor


class Judges(Generates):
    """Tells real values from samples; a page sets ``discriminator`` and writes ``judged``."""

    discriminator: keras.Model
    boundary: float | None = (
        0.0  # decision threshold of D, above it real; None for a critic
    )
    # How far below the threshold the logit of an undecided D lies.
    chance_margin = 0.0

    @abstractmethod
    def judged(self, *values: Tensor) -> Tensor:
        """D's output for scaled values, and their labels if D reads them, (n, 1); tensors."""

    def realness(self, x: Array, y: Array | None = None) -> Array:
        """How real D takes each value to be, (n,): its logit, or the value of a critic."""
        conditional = len(self.discriminator.inputs) > 1
        inputs = self.with_labels(x=x, y=y) if conditional else {"x": x}
        return self.in_batches(self.judged, **inputs).reshape(-1)
