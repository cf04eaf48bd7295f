from typing import Any

import keras

from kgen import checks, losses, networks
from kgen.abilities import Segments, Translates
from kgen.fields import Grid, Mask, check_one_grid
from kgen.layers import Jointly, RandomAffine
from kgen.types import Array, Tensor

AUGMENTATION: dict[str, Any] = {"rotation": 5, "shift": 0.03, "scale": 0.05}


class Supervised(Translates, Segments):
    """Base of the models of pairs: a network F from x to its partner y, an image or a mask.

        an image   mean |y − F(x)|
        a mask     cross-entropy + Dice, from F(x), the logits of its channels

    ``generator`` is F. ``augment`` is a layer that moves x and y alike in training.
    """

    directions = (("x", "y"),)
    generator: keras.Model
    augment: Jointly | None = None

    @property
    def segments(self) -> bool:
        """Whether y is a mask."""
        return isinstance(self.fields.get("y"), Mask)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        return self.generator(inputs, training=training)

    def translated(self, values: Tensor, to: str) -> Tensor:
        return self.shown(self(values))

    def target_shares(self, values: Array, to: str) -> Array:
        return self.class_shares(values)

    def mask_logits(self, x: Tensor) -> Tensor:
        if not self.segments:
            raise ValueError(
                f"y is {self.fields.get('y')} and no mask: "
                "this model translates, and segments nothing."
            )
        return losses.class_logits(self(x))

    def shown(self, outputs: Tensor) -> Tensor:
        """F's outputs as scaled values of y; for a mask, the probability of each channel."""
        return losses.shares(outputs) if self.segments else outputs

    def content_loss(self, y: Tensor, outputs: Tensor) -> Tensor:
        """How far F is from the truth, one number per value."""
        if not self.segments:
            return losses.absolute_difference(y, outputs)
        return losses.mask_cross_entropy(y, outputs) + losses.dice_loss(
            y, losses.shares(outputs)
        )

    def pairs(self, data: Any) -> tuple[Tensor, Tensor]:
        """The pairs of a batch, moved at random in training."""
        x, y = self.unpack(data)
        if self.augment is None:
            return x, y
        edges = {f"{name}_edge": _edge(self.fields[name]) for name in ("x", "y")}
        return self.augment(
            x, y, **edges, is_mask=self.segments, training=self.in_training
        )

    @staticmethod
    def network(x: Grid, y: Grid, width: int) -> keras.Model:
        """A U-Net between two fields, bounded where y is an image."""
        limits = None if isinstance(y, Mask) else y.limits
        return networks.unet(x.shape, y.shape[-1], width, limits)

    @staticmethod
    def prepared(
        x: Grid, y: Grid, width: int, augmented: bool
    ) -> tuple[Grid, Grid, int, Jointly | None]:
        """Both fields for the networks, the width, and the layer that moves pairs or ``None``."""
        checks.check_flags(augmented=augmented)
        (width,) = checks.check_sizes(width=width)
        check_one_grid(x=x, y=y)
        x, y = (
            field if isinstance(field, Mask) else field.bounded() for field in (x, y)
        )
        return x, y, width, Jointly(RandomAffine(**AUGMENTATION)) if augmented else None


def _edge(field):
    """What lies beyond the edge of a scaled value: black, or the background."""
    if isinstance(field, Mask) and field.shape[-1] > 1:
        # A list of floats: Keras would make a tensor of an array, and edges must be constants.
        return [1.0] + [0.0] * (field.shape[-1] - 1)
    return field.limits[0]
