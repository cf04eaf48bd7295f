from typing import Any, Self

import keras

from kgen import checks, losses, networks
from kgen.abilities import Translates
from kgen.engine import AdversarialModel
from kgen.fields import Grid, check_one_grid
from kgen.layers import image_pool
from kgen.types import Tensor

SPACES = {"pixels": losses.absolute_difference, "edges": losses.edge_difference}


@keras.saving.register_keras_serializable("kgen")
class SelfRegularizedGAN(Translates, AdversarialModel):
    """SimGAN: a refiner R makes values of a look like unpaired values of b, but stays near a.

        generator     −log D(R(a)) + λ |ψ(R(a)) − ψ(a)|
        discriminator −log D(b) − log(1 − D(R(a)))

    ψ(x) is x itself, or its ``edges``, the differences between neighbours, for fields that differ
    in brightness. D judges patches; half of the fakes it sees are from earlier steps. A large λ
    keeps the content of a value. No loss shows whether R keeps it, so the best model of a training
    is its last.

    Args:
        generator: built model R, scaled values of a to those of b.
        discriminator: built model D, scaled values of b to a map of logits.
        self_weight: float ≥ 0, λ; pixels are scaled to −1 to 1.
        space: ψ, ``"pixels"`` or ``"edges"``.
        pool_size: int ≥ 0, fakes of earlier steps that are kept.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``self_weight`` is negative, or the fields differ in grid or channels.

    Example:
        >>> from kgen.fields import Image
        >>> fields = {"a": Image.of(simulated, "a"), "b": Image.of(real, "b")}
        >>> model = SelfRegularizedGAN.from_fields(**fields)
        >>> model.compile()  # Adam(1e-3, beta_1=0.5) for both
        >>> model.fit({"a": simulated, "b": real}, batch_size=16, epochs=60)
        >>> model.translate(simulated, to="b").shape == simulated.shape
        True

    Reference:
        Shrivastava et al., Learning from Simulated and Unsupervised Images through Adversarial
        Training, 2017, arXiv:1612.07828
    """

    monitor = None
    scalars = ("real_loss", "fake_loss", "adversarial_loss", "self_loss")
    headline = ("discriminator_loss", "generator_loss", "self_loss")
    directions = (("a", "b"),)

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, self_weight: float = 10.0,
        space: str = "pixels", pool_size: int = 50, **options: Any,
    ):  # fmt: skip
        super().__init__(
            {"discriminator": [discriminator], "generator": [generator]}, **options
        )
        checks.check_weights(self_weight=self_weight)
        self.generator, self.discriminator, self.self_weight = (
            generator,
            discriminator,
            self_weight,
        )
        self.space, self.pool_size = (
            checks.check_known("space", space, SPACES),
            pool_size,
        )
        self.pool = image_pool(pool_size, generator.output_shape)

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(1e-3, beta_1=0.5)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        return self.generator(inputs, training=training)

    def translated(self, values: Tensor, to: str) -> Tensor:
        return self(values)

    def discriminator_objective(
        self, b: Tensor, fakes: Tensor, training: bool = True
    ) -> Tensor:
        seen = b, self.pooled(self.pool, fakes, training)
        real, fake = (self.discriminator(values, training=training) for values in seen)
        real_loss = self.score("real_loss", losses.of_patches(losses.real_loss, real))
        return real_loss + self.score(
            "fake_loss", losses.of_patches(losses.fake_loss, fake)
        )

    def generator_objective(
        self, a: Tensor, fakes: Tensor, training: bool = True
    ) -> Tensor:
        judged = self.discriminator(fakes, training=training)
        fooled = losses.of_patches(losses.generator_loss, judged)
        self_loss = self.score("self_loss", SPACES[self.space](fakes, a))
        return self.score("adversarial_loss", fooled) + self.self_weight * self_loss

    def train_step(self, data: Any) -> dict[str, Tensor]:
        a, b = self.unpack(data)
        fakes = self.share("generator", self, a)
        self.play("discriminator", self.discriminator_objective, b, fakes)
        self.play("generator", self.generator_objective, a, fakes)
        return self.results()

    @classmethod
    def from_fields(cls, a: Grid, b: Grid, width: int = 16, **options: Any) -> Self:
        """A refiner R(a) = a + F(a) of a U-Net F, and a patch discriminator."""
        (width,) = checks.check_sizes(width=width)
        check_one_grid(alike=True, a=a, b=b)
        a, b = a.bounded(), b.bounded()
        players = (
            networks.refiner(a.shape, width),
            networks.patch_discriminator(b.shape, width),
        )
        return cls(*players, fields={"a": a, "b": b}, **options)
