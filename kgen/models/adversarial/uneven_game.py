from typing import Any

import keras

from kgen import checks
from kgen.engine.checks import check_parts
from kgen.models.adversarial.game import Game
from kgen.types import Tensor


class UnevenGame(Game):
    """Base of the games in which D plays more often than G.

    A batch is split into ``n_critic`` equal parts. D plays once on each part, against new fakes;
    then G plays once, with as many latents as a part has values. So ``batch_size=320`` with
    ``n_critic=5`` is a batch size of 64 in papers.

    Args:
        generator, discriminator: as in ``Game``.
        n_critic: int ≥ 1, plays of D per play of G.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``n_critic`` is below 1, or a batch is too small for its parts.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        n_critic: int,
        **options: Any,
    ):
        super().__init__(generator, discriminator, **options)
        checks.check_sizes(n_critic=n_critic)
        self.n_critic = n_critic

    def critic_objective(
        self, x: Tensor, *labels: Tensor, training: bool = True
    ) -> Tensor:
        fakes = self.generate_fakes(x, *labels, training=training)
        return self.discriminator_objective(x, fakes, *labels, training=training)

    def plays(self, player: str) -> int:
        return self.n_critic if player == "discriminator" else 1

    def train_step(self, data: Any) -> dict[str, Tensor]:
        for batch in self.parts(self.n_critic, self.unpack(data)):
            self.play("discriminator", self.critic_objective, *batch)
        _, *labels = batch
        fakes = self.share("generator", self.generate_fakes, *batch)
        self.play("generator", self.generator_objective, fakes, *labels)
        return self.results()

    def check_batches(self, x: Any, batch_size: int) -> None:
        super().check_batches(x, batch_size)
        if hasattr(x, "shape"):
            check_parts(len(x) % batch_size or batch_size, self.n_critic)
