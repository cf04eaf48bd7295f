from abc import abstractmethod
from functools import cached_property

import keras

from kgen.abilities.judges import Judges
from kgen.engine.descent import Descent
from kgen.types import Tensor


class JudgesFeatures(Judges):
    """Judges with a ``discriminator`` of two outputs: a logit (n, 1), and the features behind it.

    A model that ``Detects`` compares values in these features; a page writes ``apart``. It may
    search the latents of the nearest value in ``search_steps`` gradient steps.
    """

    search_steps: int
    generator: keras.Model

    def judge(self, x: Tensor, training: bool = True) -> Tensor:
        """D's logits of values."""
        return self.discriminator(x, training=training)[0]

    def judged(self, x: Tensor) -> Tensor:
        return self.judge(x, training=False)

    def traits(self, x: Tensor) -> Tensor:
        return self.discriminator(x, training=False)[1]

    @abstractmethod
    def apart(self, x: Tensor, features: Tensor, drawn: Tensor) -> Tensor:
        """How far drawn values are from others whose features are known, (n,)."""

    def strangeness(self, x: Tensor, nearest: Tensor) -> Tensor:
        """The score (n,) of scaled values with their nearest normal ones."""
        return self.apart(x, self.traits(x), nearest)

    def searched(self, z: Tensor, x: Tensor) -> Tensor:
        """Latents whose values are nearer to each scaled value than those of z, where it begins."""
        return self.descent(z, x, self.traits(x))

    @cached_property
    def descent(self) -> Descent:
        """The compiled search, one for all batches."""

        def cost(z, x, features):
            return self.apart(x, features, self.draw(z))

        variables = [*self.generator.variables, *self.discriminator.variables]
        return Descent(cost, self.search_steps, variables=variables)
