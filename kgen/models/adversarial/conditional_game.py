from collections.abc import Sequence

from kgen.abilities import Conditional
from kgen.models.adversarial.game import Game
from kgen.types import Tensor


class ConditionalGame(Conditional, Game):
    """Base of the games in which both players are given the class, as a second input."""

    def call(self, inputs: Sequence[Tensor], training: bool = False) -> Tensor:
        z, y = inputs
        return self.generator([z, y], training=training)

    def judge(self, x: Tensor, y: Tensor, training: bool = True) -> Tensor:
        return self.discriminator([x, y], training=training)
