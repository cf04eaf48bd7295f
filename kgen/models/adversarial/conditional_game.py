from collections.abc import Sequence
from typing import Any

import keras

from kgen import checks
from kgen.abilities import Conditional
from kgen.models.adversarial.game import Game
from kgen.types import Tensor


class ConditionalGame(Conditional, Game):
    """Base of the games in which both players are given the class, as a second input.

    Args:
        generator, discriminator: as in ``Game``, with labels as a second input.
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        **options: those of the game that the subclass mixes in.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        num_classes: int,
        **options: Any,
    ):
        super().__init__(generator, discriminator, **options)
        checks.check_sizes(num_classes=num_classes)
        self.num_classes = num_classes

    def call(self, inputs: Sequence[Tensor], training: bool = False) -> Tensor:
        z, y = inputs
        return self.generator([z, y], training=training)

    def judge(self, x: Tensor, y: Tensor, training: bool = True) -> Tensor:
        return self.discriminator([x, y], training=training)
