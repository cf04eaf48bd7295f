import keras
from keras import ops

from kgen import checks, losses, networks
from kgen.abilities import Translates
from kgen.engine import AdversarialModel
from kgen.fields import Grid


@keras.saving.register_keras_serializable("kgen")
class CycleGAN(Translates, AdversarialModel):
    """CycleGAN: two translators learn to go there and back between two fields whose values belong to no pairs.

        generator     ½ (D_A(F(b)) − 1)² + ½ (D_B(G(a)) − 1)² + λ (|F(G(a)) − a| + |G(F(b)) − b|)
        discriminator ½ (D_A(a) − 1)² + ½ D_A(F(b))² + ½ (D_B(b) − 1)² + ½ D_B(G(a))²

    G goes from a to b and F back; each judge sees patches. No loss says how good a translation is: the last model of a
    training stands for the best.

    Args:
        to_b: built model G, scaled values of a to those of b.
        to_a: built model F, the way back.
        judge_a: built model D_A, scaled values of a to a map of numbers without bounds.
        judge_b: built model D_B, the same for b.
        cycle_weight: float ≥ 0, λ.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``cycle_weight`` is negative, or the fields have different grids.

    Example:
        >>> model = CycleGAN.from_fields(**data.fields)
        >>> model.compile()
        >>> model.fit({"a": day, "b": night}, batch_size=4, epochs=100)
        >>> model.translate(day, to="b")

    Reference:
        Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks, 2017,
        arXiv:1703.10593
    """

    monitor = None
    scalars = ("real_loss", "fake_loss", "adversarial_loss", "cycle_loss")
    headline = ("discriminator_loss", "generator_loss", "cycle_loss")
    directions = (("a", "b"), ("b", "a"))

    def __init__(self, to_b, to_a, judge_a, judge_b, cycle_weight=10.0, **options):
        super().__init__({"discriminator": [judge_a, judge_b], "generator": [to_a, to_b]}, **options)
        checks.check_weights(cycle_weight=cycle_weight)
        self.to_b, self.to_a, self.judge_a, self.judge_b = to_b, to_a, judge_a, judge_b
        self.cycle_weight = cycle_weight

    def translated(self, values, to):
        return {"a": self.to_a, "b": self.to_b}[to](values, training=False)

    def call(self, inputs, training=False):
        a, b = inputs
        return self.to_a(b, training=training), self.to_b(a, training=training)

    def forward(self, a, b, training=True):
        """Both translations, and both ways back."""
        fake_a, fake_b = self((a, b), training=training)
        return fake_a, fake_b, *self((fake_a, fake_b), training=training)

    def discriminator_objective(self, a, b, fake_a, fake_b, training=True):
        judged = [judge(values, training=training) for judge, values in self.pairs(a, b)]
        fooled = [judge(values, training=training) for judge, values in self.pairs(fake_a, fake_b)]
        real_loss = self.score("real_loss", sum(_squares(values, 1.0) for values in judged))
        return real_loss + self.score("fake_loss", sum(_squares(values, 0.0) for values in fooled))

    def generator_objective(self, a, b, fake_a, fake_b, again_a, again_b, training=True):
        judged = [judge(values, training=training) for judge, values in self.pairs(fake_a, fake_b)]
        fooled = sum(_squares(values, 1.0) for values in judged)
        adversarial_loss = self.score("adversarial_loss", fooled)
        cycle_loss = self.score("cycle_loss", _distance(a, again_a) + _distance(b, again_b))
        return adversarial_loss + self.cycle_weight * cycle_loss

    def pairs(self, a, b):
        """Each judge with the values that it judges."""
        return (self.judge_a, a), (self.judge_b, b)

    def train_step(self, data):
        a, b = self.unpack(data)
        fakes = self.share("generator", self.forward, a, b)
        self.play("discriminator", self.discriminator_objective, a, b, *fakes[:2])
        self.play("generator", self.generator_objective, a, b, *fakes)
        return self.results()

    @classmethod
    def from_fields(cls, a: Grid, b: Grid, width=32, blocks=3, **options):
        """A CycleGAN of residual translators and judges of patches, for images, volumes or curves of one grid."""
        width, blocks = checks.check_sizes(width=width, blocks=blocks)
        a, b = a.bounded(), b.bounded()
        if a.shape[:-1] != b.shape[:-1]:
            raise ValueError(f"a is {a} and b {b}: bring both to one grid, such as with the option size of the data.")
        to_b = networks.translator(a.shape, b.shape[-1], width, blocks, b.limits)
        to_a = networks.translator(b.shape, a.shape[-1], width, blocks, a.limits)
        judges = [networks.patch_discriminator(field.shape, width) for field in (a, b)]
        return cls(to_b, to_a, *judges, fields={"a": a, "b": b}, **options)


def _squares(values, target):
    patches = losses.least_squares_loss(values, target)
    return ops.mean(ops.reshape(patches, (ops.shape(values)[0], -1)), axis=1)


def _distance(values, others):
    return ops.mean(ops.abs(values - others), axis=tuple(range(1, len(values.shape))))
