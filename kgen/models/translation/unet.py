from typing import Any, Self

import keras

from kgen.engine import GenerativeModel
from kgen.fields import Grid
from kgen.layers import Jointly
from kgen.models.translation.supervised import Supervised
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class UNet(Supervised, GenerativeModel):
    """U-Net F from a value x to its partner y, an image or a mask: the baseline for the games.

        an image   |y − F(x)|, the mean over pixels
        a mask     −log p(y | x), the mean over pixels,
                   + 1 − 2 Σ p y / (Σ p² + Σ y²), the mean over classes

    Where a pixel may have several values, the first loss is least at their median: such images are
    blurred, but seldom wrong.

    Args:
        generator: built model F, scaled values of x to those of y, or to the logits of a mask's
            channels.
        augment: layer ``kgen.layers.Jointly`` that moves pairs in training, or ``None``.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Example:
        >>> from kgen.fields import Image, Mask
        >>> model = UNet.from_fields(x=Image.of(scans, "x"), y=Mask.of(masks, "y"))
        >>> model.compile()
        >>> model.fit({"x": scans, "y": masks}, batch_size=16, epochs=50)
        >>> model.segment(scans).shape == scans.shape[:-1]  # for images: translate(scans, to="y")
        True

    Reference:
        Ronneberger, Fischer & Brox, U-Net: Convolutional Networks for Biomedical Image
        Segmentation, 2015, arXiv:1505.04597
    """

    scalars = ("content_loss",)

    def __init__(
        self, generator: keras.Model, augment: Jointly | None = None, **options: Any
    ):
        super().__init__({"model": [generator]}, **options)
        self.generator, self.augment = generator, augment

    def objective(self, x: Tensor, y: Tensor, training: bool = True) -> Tensor:
        outputs = self(x, training=training)
        return self.score("content_loss", self.content_loss(y, outputs))

    def train_step(self, data: Any) -> dict[str, Tensor]:
        self.play("model", self.objective, *self.pairs(data))
        return self.results()

    @classmethod
    def from_fields(
        cls, x: Grid, y: Grid, width: int = 16, augmented: bool = False, **options: Any
    ) -> Self:
        """A U-Net with BatchNorm; ``augmented`` rotates, shifts and scales pairs slightly."""
        x, y, width, augment = cls.prepared(x, y, width, augmented)
        return cls(
            cls.network(x, y, width), augment, fields={"x": x, "y": y}, **options
        )
