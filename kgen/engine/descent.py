from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import ops

from kgen import checks, console
from kgen.engine.backend import compiled, differentiated
from kgen.types import Tensor

RATE = 0.1
MEAN, SQUARE = 0.9, 0.999  # how slowly Adam forgets
TINY = 1e-7


class Descent:
    """Adam on a cost of latents z: one compiled step for all, each independent of the others.

        m ← .9 m + .1 g,   v ← .999 v + .001 g²,   z ← z − r m̂ / (√v̂ + 1e-7),   g = ∂ cost / ∂ z

    m̂ and v̂ are corrected for their start at 0. The rate r falls from 0.1 to 0 as a half cosine.
    Every number has averages of its own, so the result does not depend on the rest of the batch.

    Args:
        cost: function of latents (n, latent_dim) and the given values to one number each, (n,);
            tensors. It neither draws random numbers nor assigns.
        steps: int ≥ 1.
        what: str, the name of the work, for the progress bar.
        variables: those that the cost reads and that may change between two searches, such as the
            weights of a model.

    Raises:
        ValueError: if ``steps`` is below 1.

    Example:
        >>> from kgen.losses import total_difference
        >>> search = Descent(lambda z, x: total_difference(model.draw(z), x), steps=100)
        >>> z = search(start, x)

    Reference:
        Kingma & Ba, Adam: A Method for Stochastic Optimization, 2015, arXiv:1412.6980
    """

    def __init__(
        self,
        cost: Callable[..., Tensor],
        steps: int,
        what: str = "Searching",
        variables: Sequence[keras.Variable] = (),
    ):
        (self.steps,) = checks.check_sizes(steps=steps)
        self.cost, self.what, self.variables = cost, what, variables
        self._step = compiled(self._moved, variables)

    def __call__(self, z: Tensor, *values: Tensor) -> Tensor:
        """Where latents end that begin at ``z``."""
        z = ops.convert_to_tensor(z, "float32")
        moments = ops.zeros_like(z), ops.zeros_like(z)
        for number in console.over(range(self.steps), self.what):
            z, moments = self._step(self._scales(number), z, moments, *values)
        return z

    def _scales(self, number):
        """The rate of a step, and what frees both averages of their start."""
        rate = RATE * (1.0 + np.cos(np.pi * number / self.steps)) / 2.0
        free = [1.0 / (1.0 - decay ** (number + 1)) for decay in (MEAN, SQUARE)]
        return ops.convert_to_tensor([rate, *free], "float32")

    def _moved(self, scales, z, moments, *values):
        gradient, _ = differentiated(
            lambda latents: (self.cost(latents, *values), ()), z, self.variables
        )
        mean = MEAN * moments[0] + (1.0 - MEAN) * gradient
        square = SQUARE * moments[1] + (1.0 - SQUARE) * ops.square(gradient)
        step = scales[1] * mean / (ops.sqrt(scales[2] * square) + TINY)
        return z - scales[0] * step, (mean, square)
