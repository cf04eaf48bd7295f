from typing import Any, Self

import keras

from kgen import checks, losses, networks
from kgen.abilities import Translates
from kgen.engine import AdversarialModel
from kgen.fields import Grid, check_one_grid
from kgen.layers import image_pool
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class CycleGAN(Translates, AdversarialModel):
    """CycleGAN: two translators between two fields, trained on values that form no pairs.

        generator     ½ (D_A(F(b)) − 1)² + ½ (D_B(G(a)) − 1)² + λ (|F(G(a)) − a| + |G(F(b)) − b|)
                      + λ' (|F(a) − a| + |G(b) − b|)
        discriminator ½ (D_A(a) − 1)² + ½ D_A(F(b))² + ½ (D_B(b) − 1)² + ½ D_B(G(a))²

    G goes from a to b and F back. Each discriminator judges patches; half of the fakes it sees are
    from earlier steps. The paper's generator has no ½: λ = 10 here is 20 there. The cycle term
    shows that nothing is lost, not that a translation is right: F may undo a swap that G makes. The
    last term keeps what already belongs to the target field. No loss measures the quality of a
    translation, so the best model of a training is its last.

    Args:
        to_b: built model G, scaled values of a to those of b.
        to_a: built model F, the way back.
        judge_a: built model D_A, scaled values of a to a map of unbounded numbers.
        judge_b: built model D_B, the same for b.
        cycle_weight: float ≥ 0, λ.
        identity_weight: float ≥ 0, λ'; 0 leaves out its two passes.
        pool_size: int ≥ 0, fakes of earlier steps that are kept for each discriminator.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if a weight is negative, the fields have different grids, or different channels
            while ``identity_weight`` is not 0.

    Example:
        >>> from kgen.fields import Image
        >>> model = CycleGAN.from_fields(a=Image.of(day, "a"), b=Image.of(night, "b"))
        >>> model.compile()
        >>> model.fit({"a": day, "b": night}, batch_size=4, epochs=100)
        >>> model.translate(day, to="b").shape == day.shape
        True

    Reference:
        Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks,
        2017, arXiv:1703.10593
    """

    monitor = None
    scalars = (
        "real_loss",
        "fake_loss",
        "adversarial_loss",
        "cycle_loss",
        "identity_loss",
    )
    headline = ("discriminator_loss", "generator_loss", "cycle_loss")
    directions = (("a", "b"), ("b", "a"))

    def __init__(
        self, to_b: keras.Model, to_a: keras.Model, judge_a: keras.Model, judge_b: keras.Model,
        cycle_weight: float = 10.0, identity_weight: float = 5.0, pool_size: int = 50,
        **options: Any,
    ):  # fmt: skip
        players = {"discriminator": [judge_a, judge_b], "generator": [to_a, to_b]}
        super().__init__(players, **options)
        checks.check_weights(cycle_weight=cycle_weight, identity_weight=identity_weight)
        self.to_b, self.to_a, self.judge_a, self.judge_b = to_b, to_a, judge_a, judge_b
        self.cycle_weight, self.identity_weight = cycle_weight, identity_weight
        self.pool_size = pool_size
        self.pools = [
            image_pool(pool_size, judge.input_shape) for judge in (judge_a, judge_b)
        ]

    def translated(self, values: Tensor, to: str) -> Tensor:
        return {"a": self.to_a, "b": self.to_b}[to](values, training=False)

    def call(
        self, inputs: tuple[Tensor, Tensor], training: bool = False
    ) -> tuple[Tensor, Tensor]:
        a, b = inputs
        return self.to_a(b, training=training), self.to_b(a, training=training)

    def forward(
        self, a: Tensor, b: Tensor, training: bool = True
    ) -> tuple[tuple[Tensor, Tensor], ...]:
        """Both translations, both cycles and, if weighted, the identity passes F(a) and G(b)."""
        fakes = self((a, b), training=training)
        again = self(fakes, training=training)
        return (
            fakes,
            again,
            self((b, a), training=training) if self.identity_weight else (a, b),
        )

    def discriminator_objective(
        self, a: Tensor, b: Tensor, fakes: tuple[Tensor, Tensor], training: bool = True
    ) -> Tensor:
        judged = [
            judge(values, training=training) for judge, values in self.pairs(a, b)
        ]
        shown = [
            self.pooled(*pair, training) for pair in zip(self.pools, fakes, strict=True)
        ]
        fooled = [
            judge(values, training=training) for judge, values in self.pairs(*shown)
        ]
        real_loss = self.score(
            "real_loss", sum(_squares(values, 1.0) for values in judged)
        )
        return real_loss + self.score(
            "fake_loss", sum(_squares(values, 0.0) for values in fooled)
        )

    def generator_objective(
        self, a: Tensor, b: Tensor, fakes: tuple[Tensor, Tensor], again: tuple[Tensor, Tensor],
        same: tuple[Tensor, Tensor], training: bool = True,
    ) -> Tensor:  # fmt: skip
        judged = [
            judge(values, training=training) for judge, values in self.pairs(*fakes)
        ]
        fooled = self.score(
            "adversarial_loss", sum(_squares(values, 1.0) for values in judged)
        )
        cycle_loss = self.score("cycle_loss", _distance((a, b), again))
        # Given a value of its target field, a translator should return the value itself.
        identity_loss = self.score("identity_loss", _distance((a, b), same))
        return (
            fooled
            + self.cycle_weight * cycle_loss
            + self.identity_weight * identity_loss
        )

    def pairs(self, a: Tensor, b: Tensor) -> tuple[tuple[keras.Model, Tensor], ...]:
        """Each discriminator with the values that it judges."""
        return (self.judge_a, a), (self.judge_b, b)

    def train_step(self, data: Any) -> dict[str, Tensor]:
        a, b = self.unpack(data)
        fakes, *others = self.share("generator", self.forward, a, b)
        self.play("discriminator", self.discriminator_objective, a, b, fakes)
        self.play("generator", self.generator_objective, a, b, fakes, *others)
        return self.results()

    @classmethod
    def from_fields(
        cls, a: Grid, b: Grid, width: int = 32, blocks: int = 3, identity_weight: float = 5.0,
        **options: Any,
    ) -> Self:  # fmt: skip
        """A CycleGAN of residual translators and patch discriminators for values on one grid."""
        width, blocks = checks.check_sizes(width=width, blocks=blocks)
        _check_channels(a, b, identity_weight)
        a, b = a.bounded(), b.bounded()
        to_b = networks.translator(a.shape, b.shape[-1], width, blocks, b.limits)
        to_a = networks.translator(b.shape, a.shape[-1], width, blocks, a.limits)
        judges = [networks.patch_discriminator(field.shape, width) for field in (a, b)]
        options = {
            "identity_weight": identity_weight,
            "fields": {"a": a, "b": b},
            **options,
        }
        return cls(to_b, to_a, *judges, **options)


def _check_channels(a, b, identity_weight):
    try:
        check_one_grid(alike=identity_weight > 0, a=a, b=b)
    except ValueError as error:
        told = (
            " Or leave that term out: identity_weight=0."
            if a.shape[:-1] == b.shape[:-1]
            else ""
        )
        raise ValueError(f"{error}{told}") from error


def _squares(values, target):
    return losses.of_patches(losses.least_squares_loss, values, target)


def _distance(values, others):
    return sum(
        losses.absolute_difference(*pair) for pair in zip(values, others, strict=True)
    )
