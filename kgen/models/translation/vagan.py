from typing import Any, Self

import keras

from kgen import checks, losses, networks
from kgen.abilities import Translates
from kgen.engine import AdversarialModel
from kgen.engine.checks import check_no_batch_norm
from kgen.fields import Grid, check_one_grid
from kgen.types import Array, Tensor


@keras.saving.register_keras_serializable("kgen")
class VAGAN(Translates, AdversarialModel):
    """VA-GAN: the change that turns a value of a, such as a patient's scan, into one of b.

        generator     −f(a + M(a)) + λ mean |M(a)|
        discriminator f(a + M(a)) − f(b) + μ (‖∇f(x̂)‖ − 1)²
                      x̂ = u b + (1 − u) (a + M(a)),   u ~ U(0, 1)

    The map M(a) is minus the effect of the disease in this patient, as small as the critic f lets
    it be. The norm is over all numbers of a value. Each of the critic's ``n_critic`` plays takes
    its own part of a batch. No loss measures the quality of a map, so the best model of a training
    is its last.

    Args:
        generator: built model M, scaled values of a to numbers of any size, of the same shape.
        discriminator: built model f without BatchNorm, scaled values to an unbounded number (n, 1).
        map_weight: float ≥ 0, λ.
        gp_weight: float ≥ 0, μ, weight of the gradient penalty.
        n_critic: int ≥ 1, plays of the critic per play of M.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if a weight is negative, the critic has BatchNorm, ``n_critic`` is below 1, or
            the fields differ in grid or channels.

    Example:
        >>> from kgen.fields import Image
        >>> model = VAGAN.from_fields(a=Image.of(patients, "a"), b=Image.of(controls, "b"))
        >>> model.compile()  # Adam(1e-3, beta_1=0.0, beta_2=0.9) for both
        >>> model.fit({"a": patients, "b": controls}, batch_size=80, epochs=100)
        >>> model.effect(patients).shape == patients.shape  # what the disease adds, in stored units
        True

    Reference:
        Baumgartner et al., Visual Feature Attribution using Wasserstein GANs, 2018,
        arXiv:1711.08998
    """

    monitor = None
    comparable_loss = False
    scalars = (
        "real_loss",
        "fake_loss",
        "gradient_penalty",
        "adversarial_loss",
        "map_loss",
    )
    headline = ("discriminator_loss", "generator_loss", "map_loss")
    directions = (("a", "b"),)

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, map_weight: float = 100.0,
        gp_weight: float = 10.0, n_critic: int = 5, **options: Any,
    ):  # fmt: skip
        check_no_batch_norm(discriminator)
        super().__init__(
            {"discriminator": [discriminator], "generator": [generator]}, **options
        )
        checks.check_weights(map_weight=map_weight, gp_weight=gp_weight)
        (self.n_critic,) = checks.check_sizes(n_critic=n_critic)
        self.generator, self.discriminator = generator, discriminator
        self.map_weight, self.gp_weight = map_weight, gp_weight

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.9)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        return inputs + self.generator(inputs, training=training)

    def translated(self, values: Tensor, to: str) -> Tensor:
        return self(values)

    def effect(self, a: Array) -> Array:
        """The effect of the disease in stored units: each value minus its translation to b."""
        return self.fields["a"].stored(a) - self.translate(a, to="b")

    def critic_objective(self, a: Tensor, b: Tensor, training: bool = True) -> Tensor:
        fakes = self(a, training=training)
        real, fake = (
            self.discriminator(values, training=training) for values in (b, fakes)
        )
        slopes = self.input_gradient(
            self.discriminator, self.between(b, fakes, training)
        )
        penalty = self.score("gradient_penalty", losses.gradient_penalty(slopes))
        real_loss = self.score("real_loss", losses.wasserstein_loss(real, -1.0))
        fake_loss = self.score("fake_loss", losses.wasserstein_loss(fake, 1.0))
        return real_loss + fake_loss + self.gp_weight * penalty

    def generator_objective(
        self, a: Tensor, fakes: Tensor, training: bool = True
    ) -> Tensor:
        fooled = losses.wasserstein_loss(
            self.discriminator(fakes, training=training), -1.0
        )
        map_loss = self.score("map_loss", losses.absolute_difference(fakes, a))
        return self.score("adversarial_loss", fooled) + self.map_weight * map_loss

    def plays(self, player: str) -> int:
        return self.n_critic if player == "discriminator" else 1

    def train_step(self, data: Any) -> dict[str, Tensor]:
        for a, b in self.parts(self.n_critic, self.unpack(data)):
            self.play("discriminator", self.critic_objective, a, b)
        fakes = self.share("generator", self, a)
        self.play("generator", self.generator_objective, a, fakes)
        return self.results()

    @classmethod
    def from_fields(
        cls, a: Grid, b: Grid, width: int = 16, critic_width: int = 16, **options: Any
    ) -> Self:
        """A VA-GAN of a U-Net and a critic, for images, volumes or curves of one shape."""
        width, critic_width = checks.check_sizes(width=width, critic_width=critic_width)
        check_one_grid(alike=True, a=a, b=b)
        a, b = a.bounded(), b.bounded()
        players = (
            networks.unet(a.shape, b.shape[-1], width),
            networks.critic(b.shape, critic_width),
        )
        return cls(*players, fields={"a": a, "b": b}, **options)
