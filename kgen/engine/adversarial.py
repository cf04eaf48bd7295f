from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import keras
from keras import ops

from kgen import losses
from kgen.engine.checks import check_parts
from kgen.engine.derived import Derived
from kgen.engine.model import GenerativeModel
from kgen.engine.optimizers import innermost
from kgen.types import Tensor, Tensors


class AdversarialModel(GenerativeModel):
    """Base of the games: several players, each with an objective and an optimizer of its own.

    Reference:
        Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661
    """

    def __init__(self, players: Mapping[str, Sequence[keras.Layer]], **options: Any):
        super().__init__(players, **options)
        self._game_loss = Derived("loss", self._of_all_players)

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """A player's default optimizer, as in DCGAN, arXiv:1511.06434."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    def compile(
        self,
        generator_optimizer: keras.optimizers.Optimizer | str | None = None,
        discriminator_optimizer: keras.optimizers.Optimizer | str | None = None,
        **options: Any,
    ) -> None:
        """Sets one optimizer per player, by default that of the model's paper."""
        self._compile_players(
            options,
            generator=generator_optimizer,
            discriminator=discriminator_optimizer,
        )

    def _compile_players(self, options, **optimizers):
        self._compile(
            {
                player: given or self.default_optimizer()
                for player, given in optimizers.items()
            },
            options,
        )

    def parts(self, count: int, batch: Sequence[Tensor]) -> Iterator[list[Tensor]]:
        """The batch in ``count`` parts with their weights, one per play; whole in evaluation."""
        count = 1 if self._round.evaluating else count
        check_parts(batch[0].shape[0], count)
        weight = self._round.weight
        for number in range(count):
            # Every count-th value: a device with a share of the batch has a share of each part.
            take = slice(number, None, count)
            self._round.weight = None if weight is None else weight[take]
            yield [values[take] for values in batch]

    def between(self, x: Tensor, fakes: Tensor, training: bool) -> Tensor:
        """A uniformly drawn point between each fake and a real value, for the critic's slope."""
        share = self.noise((ops.shape(x)[0], 1), training, keras.random.uniform)
        share = ops.reshape(share, (-1, *[1] * (len(x.shape) - 1)))
        return share * x + (1.0 - share) * fakes

    def is_due(self, player: str, interval: int, training: bool) -> Tensor:
        """Whether a player pays a lazy penalty in this step: in each ``interval``-th, from 0 on."""
        if not training:
            return ops.convert_to_tensor(True)
        return innermost(self.optimizers[player]).iterations % interval == 0

    def slope_penalty(
        self,
        judge: Callable[[Tensor], Tensor],
        x: Tensor,
        interval: int,
        training: bool,
    ) -> Tensor:
        """½ ‖∇D(x)‖² per value; in each ``interval``-th play of D, as many times as heavy."""
        due = self.is_due("discriminator", interval, training)
        slopes = where_due(due, lambda: self.input_gradient(judge, x), x)
        weight = interval if training else 1
        return self.score("r1_penalty", weight * losses.r1_penalty(slopes))

    def pooled(self, pool: keras.Layer | None, fakes: Tensor, training: bool) -> Tensor:
        """The fakes that D sees: in training, a pool replaces some new ones by earlier ones."""
        if pool is None or not training:
            return fakes
        sizes = (pool.size,), (ops.shape(fakes)[0],)
        return pool(
            fakes, *(self.noise(size, training, keras.random.uniform) for size in sizes)
        )

    def game_loss(self, logs: Tensors) -> Tensor:
        """One number for the state of the game: the sum of all players' losses."""
        return sum(logs[self.loss_name(player)] for player in self.players)

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return [self._game_loss, *super().metrics]

    def _of_all_players(self):
        return self.game_loss(
            {name: tracker.result() for name, tracker in self.trackers.items()}
        )


def where_due(due: Tensor, function: Callable[[], Tensor], like: Tensor) -> Tensor:
    """What ``function()`` returns, a tensor like another; zeros, and no work, if not ``due``."""
    return ops.cond(due, function, lambda: ops.zeros_like(like))


def clip_weights(network: keras.Model, clip: float) -> None:
    """Keeps each weight of a network within −clip and clip, however its optimizer moves it."""
    for weight in network.trainable_variables:
        weight.constraint = lambda value: ops.clip(value, -clip, clip)
