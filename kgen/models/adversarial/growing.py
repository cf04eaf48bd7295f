from typing import Any

import keras
from keras import ops

from kgen.engine.checks import check_no_own_averages
from kgen.models.adversarial.growth import Growth, size_of
from kgen.models.adversarial.wgangp import WGANGP
from kgen.networks.progressive import doublings, in_use
from kgen.types import Tensor


class GrowingGame(WGANGP):
    """Base of the games whose networks grow: the level, which rises with every step of a fade.

    ``fit`` computes and moves the parts of the current size alone. Evaluation and samples have the
    size of the images at every level.

    Args:
        generator: built ``kgen.networks.progressive_generator``.
        discriminator: built ``kgen.networks.progressive_critic``.
        stable_epochs: int ≥ 1, epochs of a size before the next fades in.
        fade_epochs: int ≥ 1, epochs of a fade.
        **options: of ``WGANGP``.

    Raises:
        ValueError: if a number of epochs is below 1.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        stable_epochs: int,
        fade_epochs: int,
        **options: Any,
    ):
        super().__init__(generator, discriminator, **options)
        self.growth = Growth(doublings(self.shape), stable_epochs, fade_epochs)
        self.stable_epochs, self.fade_epochs = stable_epochs, fade_epochs
        kept = {
            "trainable": False,
            "dtype": "float32",
            "aggregation": "only_first_replica",
        }
        self.level = self.add_weight((), "zeros", name="level", **kept)
        # The level at the start of an epoch, its rise per step, the steps since: a running sum of
        # small rises would be rounded.
        self.ramp = self.add_weight((3,), "zeros", name="ramp", **kept)

    def _compile(self, optimizers, options):
        super()._compile(optimizers, options)
        check_no_own_averages(self)

    def stage_after(self, epochs: float) -> str:
        return self.growth.stage_after(epochs)

    def epoch_begins(self, steps: int | None) -> None:
        start, rise = self.growth.ramp(self.epochs_trained, steps)
        self.level.assign(start)
        self.ramp.assign([start, rise, 0.0])

    def variables_of(self, player: str) -> list[keras.Variable]:
        """Those that take part in the values of the current stage; the others wait."""
        size = self.size(training=True)
        return [v for network in self.players[player] for v in in_use(network, *size)]

    def size(self, training: bool) -> tuple[int, list[int]]:
        """The side of the values in this step, and the sizes that may be fading in."""
        return size_of(self.stage if training else None, self.shape[0])

    def levels(self, values: Tensor) -> Tensor:
        """The level once for each value, as the networks take it."""
        return self.level * ops.ones((ops.shape(values)[0],))

    def train_step(self, data: Any) -> dict[str, Tensor]:
        results = super().train_step(data)
        if self.in_training and self.stage:
            self.ramp.assign(self.ramp + ops.convert_to_tensor([0.0, 0.0, 1.0]))
            self.level.assign(self.ramp[0] + self.ramp[1] * self.ramp[2])
        return results
