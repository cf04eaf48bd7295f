from typing import Any, Self

import keras

from kgen import checks, losses, networks
from kgen.fields import Numeric
from kgen.models.adversarial.uneven_game import UnevenGame
from kgen.types import Tensor, Tensors


class WassersteinGame(UnevenGame):
    """Base of the Wasserstein GANs: D is a critic f of bounded slope that plays more often than G.

        discriminator f(G(z)) − f(x),   z ~ N(0, I)
        generator     −f(G(z))

    Batches are split as in ``UnevenGame``. ``loss`` is f(x) − f(G(z)). For the best critic it is
    the Wasserstein distance times the critic's largest slope. It is the only loss of a game that
    falls as the fakes improve.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to an unbounded number (n, 1).
        n_critic: int ≥ 1, plays of the critic per play of G.
        **options: ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``n_critic`` is below 1, or a batch is too small for its parts.
    """

    boundary = None
    comparable_loss = False

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        n_critic: int = 5,
        **options: Any,
    ):
        super().__init__(generator, discriminator, n_critic, **options)

    def discriminator_loss(
        self, real_values: Tensor, fake_values: Tensor, training: bool = True
    ) -> Tensor:
        """The critic's loss, given its outputs for real images and for fakes."""
        real_loss = self.score("real_loss", losses.wasserstein_loss(real_values, -1.0))
        return real_loss + self.score(
            "fake_loss", losses.wasserstein_loss(fake_values, 1.0)
        )

    def generator_loss(self, fake_values: Tensor) -> Tensor:
        """G's loss, given the critic's outputs for the fakes."""
        return self.score(
            "adversarial_loss", losses.wasserstein_loss(fake_values, -1.0)
        )

    def game_loss(self, logs: Tensors) -> Tensor:
        return -logs["real_loss"] - logs["fake_loss"]

    @classmethod
    def from_fields(
        cls, x: Numeric, latent_dim: int = 100, width: int = 64, **options: Any
    ) -> Self:
        """DCGAN's generator and a critic without BatchNorm, dense ones for vectors."""
        latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
        x = x.bounded()
        generator = networks.generator(x.shape, latent_dim, width, limits=x.limits)
        return cls(
            generator, networks.critic(x.shape, width), fields={"x": x}, **options
        )
