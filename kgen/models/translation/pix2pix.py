from typing import Any, Self

import keras
from keras import ops

from kgen import checks, losses, networks
from kgen.fields import Grid
from kgen.layers import Jointly
from kgen.models.translation.supervised_game import SupervisedGame
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Pix2Pix(SupervisedGame):
    """pix2pix: a U-Net G maps x to y; a patch discriminator D tells G(x) from real partners of x.

        generator     −log D(x, G(x)) + λ |y − G(x)|
        discriminator ½ [−log D(x, y) − log(1 − D(x, G(x)))]

    The first term makes outputs look real, the second keeps them near the truth. An output that
    looks real may be wrong; a large λ makes this rarer. For masks, G(x) are logits, |y − G(x)|
    stands for cross-entropy + Dice, and D sees probabilities. D's loss is averaged over the
    patches. Epochs are compared by the second term.

    Args:
        generator: built model G, scaled values of x to those of y, or to the logits of a mask's
            channels.
        discriminator: built model D, x and y side by side as channels to a map of logits.
        content_weight: float ≥ 0, λ; pixels are scaled to −1 to 1.
        augment: layer ``kgen.layers.Jointly`` that moves pairs in training, or ``None``.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``content_weight`` is negative, or the fields have different grids.

    Example:
        >>> from kgen.fields import Image
        >>> model = Pix2Pix.from_fields(x=Image.of(mr, "x"), y=Image.of(ct, "y"))
        >>> model.compile()
        >>> model.fit({"x": mr, "y": ct}, batch_size=16, epochs=60)
        >>> model.translate(mr, to="y").shape == ct.shape
        True

    Reference:
        Isola et al., Image-to-Image Translation with Conditional Adversarial Networks, 2017,
        arXiv:1611.07004
    """

    monitor = "val_content_loss"
    scalars = ("real_loss", "fake_loss", "adversarial_loss", "content_loss")
    headline = ("discriminator_loss", "generator_loss", "content_loss")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        content_weight: float = 100.0,
        augment: Jointly | None = None,
        **options: Any,
    ):
        super().__init__(generator, discriminator, augment, **options)
        checks.check_weights(content_weight=content_weight)
        self.content_weight = content_weight

    def judge(self, x: Tensor, y: Tensor, training: bool) -> Tensor:
        """D's logits, one per patch, of y being the real partner of x."""
        return self.discriminator(ops.concatenate([x, y], axis=-1), training=training)

    def discriminator_objective(
        self, x: Tensor, y: Tensor, outputs: Tensor, training: bool = True
    ) -> Tensor:
        real, fake = (
            self.judge(x, values, training) for values in (y, self.shown(outputs))
        )
        real_loss = self.score("real_loss", losses.of_patches(losses.real_loss, real))
        return 0.5 * (
            real_loss
            + self.score("fake_loss", losses.of_patches(losses.fake_loss, fake))
        )

    def generator_objective(
        self, x: Tensor, y: Tensor, outputs: Tensor, training: bool = True
    ) -> Tensor:
        judged = self.judge(x, self.shown(outputs), training)
        fooled = losses.of_patches(losses.generator_loss, judged)
        content_loss = self.score("content_loss", self.content_loss(y, outputs))
        return (
            self.score("adversarial_loss", fooled) + self.content_weight * content_loss
        )

    @classmethod
    def from_fields(
        cls, x: Grid, y: Grid, width: int = 16, discriminator_width: int = 32,
        augmented: bool = False, **options: Any,
    ) -> Self:  # fmt: skip
        """A pix2pix with a U-Net; ``augmented`` rotates, shifts and scales pairs slightly."""
        (discriminator_width,) = checks.check_sizes(
            discriminator_width=discriminator_width
        )
        x, y, width, augment = cls.prepared(x, y, width, augmented)
        both = (*x.shape[:-1], x.shape[-1] + y.shape[-1])
        discriminator = networks.patch_discriminator(both, discriminator_width)
        players = cls.network(x, y, width), discriminator
        return cls(*players, augment=augment, fields={"x": x, "y": y}, **options)
