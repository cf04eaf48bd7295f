"""How large the gradients of a training are, at no cost to its steps."""

import math

import keras
import numpy as np
from keras import ops

from kgen.engine.optimizers import innermost


class GradientNorm:
    """The norm of an optimizer's gradients since it was last read.

    Adam and RMSprop keep a running mean v of the squared gradients, v ← β v + (1 − β) g². After n
    steps

        Σ (v − βⁿ v₀) / (1 − βⁿ)

    is the mean of ‖g‖² over these steps, with a little more weight on the later ones. Other
    optimizers keep no such mean: the norm is NaN.

    Args:
        optimizer: built ``keras.optimizers.Optimizer``.
    """

    def __init__(self, optimizer: keras.optimizers.Optimizer):
        self.optimizer = optimizer = innermost(optimizer)
        self.decay = getattr(optimizer, "beta_2", getattr(optimizer, "rho", None))
        self.squares = [
            variable
            for variable in optimizer.variables
            if variable.path.endswith("velocity")
        ]
        self.seen = self._state()

    def since(self) -> float:
        """The root of the mean squared norm since the last call, or NaN."""
        (steps, before), self.seen = self.seen, self._state()
        kept = (
            self.decay ** (self.seen[0] - steps) if self.squares and self.decay else 1.0
        )
        return (
            math.sqrt(max(self.seen[1] - kept * before, 0.0) / (1.0 - kept))
            if kept < 1.0
            else math.nan
        )

    def _state(self):
        squares = sum(
            np.sum(ops.convert_to_numpy(variable), dtype="float64")
            for variable in self.squares
        )
        return int(ops.convert_to_numpy(self.optimizer.iterations)), float(squares)
