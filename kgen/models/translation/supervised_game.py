from typing import Any

import keras

from kgen.engine import AdversarialModel
from kgen.layers import Jointly
from kgen.models.translation.supervised import Supervised
from kgen.types import Tensor


class SupervisedGame(Supervised, AdversarialModel):
    """Base of the games on pairs. Both objectives take x, y and the outputs F(x).

    F passes once for both players. A subclass gives ``discriminator_objective`` and
    ``generator_objective``.

    Args:
        generator: built model F, scaled values of x to those of y, or to the logits of a mask's
            channels.
        discriminator: built model of the other player.
        augment: layer ``kgen.layers.Jointly`` that moves pairs in training, or ``None``.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        augment: Jointly | None = None,
        **options: Any,
    ):
        super().__init__(
            {"discriminator": [discriminator], "generator": [generator]}, **options
        )
        self.generator, self.discriminator = generator, discriminator
        self.augment = augment

    def train_step(self, data: Any) -> dict[str, Tensor]:
        x, y = self.pairs(data)
        outputs = self.share("generator", self, x)
        self.play("discriminator", self.discriminator_objective, x, y, outputs)
        self.play("generator", self.generator_objective, x, y, outputs)
        return self.results()
