from typing import Any

from kgen.engine import AdversarialModel
from kgen.models.translation.supervised import Supervised
from kgen.types import Tensor


class SupervisedGame(Supervised, AdversarialModel):
    """Base of the games on pairs. Both objectives take x, y and the outputs F(x).

    F passes once for both players. A subclass gives ``discriminator_objective`` and
    ``generator_objective``.
    """

    def train_step(self, data: Any) -> dict[str, Tensor]:
        x, y = self.pairs(data)
        outputs = self.share("generator", self, x)
        self.play("discriminator", self.discriminator_objective, x, y, outputs)
        self.play("generator", self.generator_objective, x, y, outputs)
        return self.results()
