from typing import Any, Self, cast

import keras
from keras import ops

from kgen import checks, losses, networks
from kgen.engine.adversarial import clip_weights
from kgen.fields import Grid, Mask
from kgen.layers import Jointly
from kgen.models.translation.supervised_game import SupervisedGame
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class SegAN(SupervisedGame):
    """SegAN: a U-Net S segments x; a critic f compares what S and the true mask cut out of x.

        generator     d + Dice,   d = mean over scales k of mean |f_k(x ∘ S(x)) − f_k(x ∘ y)|
        discriminator −d,   then w ← clip(w, −c, c) for each of its weights

    x ∘ y is x inside the mask and black elsewhere, with one copy per class but the background. f_0
    is x ∘ y itself, f_k its features on a grid halved k times: both pixels and shapes count. Equal
    masks give d = 0 for every f. The Dice term, which the paper's code adds, can be left out.
    Epochs are compared by it.

    Args:
        generator: built model S, scaled values of x to the logits of the channels of y.
        discriminator: built model f, copies of x as channels to a list of maps.
        clip: float > 0, c, the largest weight of the critic.
        dice_weight: float ≥ 0, weight of Dice.
        augment: layer ``kgen.layers.Jointly`` that moves pairs in training, or ``None``.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``clip`` is not above 0 or ``dice_weight`` is negative.

    Example:
        >>> from kgen.fields import Image, Mask
        >>> model = SegAN.from_fields(x=Image.of(scans, "x"), y=Mask.of(masks, "y"))
        >>> model.compile()
        >>> model.fit({"x": scans, "y": masks}, batch_size=16, epochs=50)
        >>> model.segment(scans).shape == scans.shape[:-1]
        True

    Reference:
        Xue et al., SegAN: Adversarial Network with Multi-scale L1 Loss for Medical Image
        Segmentation, 2018, arXiv:1706.01805
    """

    monitor = "val_dice_loss"
    scalars = ("critic_scale_loss", "scale_loss", "dice_loss")
    headline = ("discriminator_loss", "generator_loss", "dice_loss")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        clip: float = 0.05,
        dice_weight: float = 1.0,
        augment: Jointly | None = None,
        **options: Any,
    ):
        super().__init__(generator, discriminator, augment, **options)
        checks.check_positive(clip=clip)
        checks.check_weights(dice_weight=dice_weight)
        self.clip, self.dice_weight = clip, dice_weight
        clip_weights(discriminator, clip)

    def cut_out(self, x: Tensor, masks: Tensor) -> Tensor:
        """x inside each class but the background, black elsewhere."""
        black, masks = cast(Grid, self.fields["x"]).limits[0], losses.foreground(masks)
        parts = [
            (x - black) * masks[..., number : number + 1]
            for number in range(masks.shape[-1])
        ]
        return ops.concatenate(parts, axis=-1)

    def distance(self, x: Tensor, y: Tensor, outputs: Tensor, training: bool) -> Tensor:
        """How unlike the two cuts are over all scales, one number per value."""
        cuts = (self.cut_out(x, masks) for masks in (y, self.shown(outputs)))
        true, found = (self.discriminator(cut, training=training) for cut in cuts)
        apart = [
            losses.absolute_difference(*maps) for maps in zip(true, found, strict=True)
        ]
        return sum(apart) / len(apart)

    def discriminator_objective(
        self, x: Tensor, y: Tensor, outputs: Tensor, training: bool = True
    ) -> Tensor:
        return -self.score("critic_scale_loss", self.distance(x, y, outputs, training))

    def generator_objective(
        self, x: Tensor, y: Tensor, outputs: Tensor, training: bool = True
    ) -> Tensor:
        scale_loss = self.score("scale_loss", self.distance(x, y, outputs, training))
        dice_loss = self.score("dice_loss", losses.dice_loss(y, self.shown(outputs)))
        return scale_loss + self.dice_weight * dice_loss

    @classmethod
    def from_fields(
        cls,
        x: Grid,
        y: Mask,
        width: int = 16,
        discriminator_width: int = 16,
        augmented: bool = False,
        **options: Any,
    ) -> Self:
        """A SegAN with a U-Net; ``augmented`` rotates, shifts and scales pairs slightly."""
        (discriminator_width,) = checks.check_sizes(
            discriminator_width=discriminator_width
        )
        x, y, width, augment = cls.prepared(x, y, width, augmented)
        copies = x.shape[-1] * max(1, y.shape[-1] - 1)
        discriminator = networks.feature_critic(
            (*x.shape[:-1], copies), discriminator_width
        )
        players = cls.network(x, y, width), discriminator
        return cls(*players, augment=augment, fields={"x": x, "y": y}, **options)
