from typing import Any

import keras
from keras import ops

from kgen.abilities import Judges
from kgen.engine import AdversarialModel
from kgen.engine.checks import check_groups
from kgen.engine.values import one_or_list
from kgen.layers import MinibatchStandardDeviation
from kgen.types import Tensor


class Game(Judges, AdversarialModel):
    """Base of the games between G and D: the players, their order and their values.

    A subclass gives ``discriminator_loss`` and ``generator_loss``. No loss of a game measures the
    quality of the fakes: each measures one player against the other at that moment. ``loss``, the
    sum of both, only shows whether a game fails. So there is no ``monitor``, and the best model of
    a run is its last.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to one number each, (n, 1).
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``;
            ``others``, a dict of the players besides D and G.
    """

    monitor = None
    scalars: tuple[str, ...] = ("real_loss", "fake_loss", "adversarial_loss")

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, **options: Any
    ):
        others = options.pop("others", {})
        players = {"discriminator": [discriminator], "generator": [generator], **others}
        super().__init__(players, **options)
        self.generator, self.discriminator = generator, discriminator

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        return self.generator(inputs, training=training)

    def draw(self, *latents: Tensor) -> Tensor:
        return self(one_or_list(latents))

    def judged(self, *values: Tensor) -> Tensor:
        return self.judge(*values, training=False)

    def generate_fakes(
        self, x: Tensor, *labels: Tensor, training: bool = True
    ) -> Tensor:
        """As many fakes as there are values, of the same classes where the model knows classes."""
        z = self.noise((ops.shape(x)[0], self.latent_dim), training)
        return self((z, *labels) if labels else z, training=training)

    def judge(self, x: Tensor, *labels: Tensor, training: bool = True) -> Tensor:
        """D's output for values."""
        return self.discriminator(x, training=training)

    def discriminator_objective(
        self, x: Tensor, fakes: Tensor, *labels: Tensor, training: bool = True
    ) -> Tensor:
        real, fake = (
            self.judge(values, *labels, training=training) for values in (x, fakes)
        )
        return self.discriminator_loss(real, fake, training)

    def generator_objective(
        self, fakes: Tensor, *labels: Tensor, training: bool = True
    ) -> Tensor:
        return self.generator_loss(self.judge(fakes, *labels, training=training))

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        self.check_batches(x, batch_size or 32)
        return super().fit(x, y, batch_size, *args, **kwargs)

    def check_batches(self, x: Any, batch_size: int) -> None:
        """Raises if any batch of an array of values, even the last, is too small for the game."""
        for layer in self.discriminator.layers:
            if isinstance(layer, MinibatchStandardDeviation):
                plays = self.plays("discriminator")
                check_groups(x, batch_size, plays, layer.group_size)

    def train_step(self, data: Any) -> dict[str, Tensor]:
        x, *labels = self.unpack(data)
        fakes = self.share("generator", self.generate_fakes, x, *labels)
        self.play("discriminator", self.discriminator_objective, x, fakes, *labels)
        self.play("generator", self.generator_objective, fakes, *labels)
        return self.results()
