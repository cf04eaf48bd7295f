from typing import Any

import keras
from keras import ops

from kgen import checks, losses
from kgen.layers import AdaptiveAugmentation
from kgen.models.adversarial.game import Game
from kgen.types import Tensor


class R1Game(Game):
    """Base of the GANs whose discriminator pays for its slope at real values, in some steps only.

        discriminator −log D(x) − log(1 − D(G(z))) + γ/2 ‖∇D(x)‖²
        generator     −log D(G(z)),   z ~ N(0, I)

    The penalty is computed in every k-th play of D, and weighs k times as much there: it costs two
    passes. ``r1_penalty`` in the logs, ½ ‖∇D(x)‖², is its mean over all steps.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to the logit of being real (n, 1). If one of its
            layers is an ``AdaptiveAugmentation``, its logits of real values move the share.
        r1_weight: float ≥ 0, γ.
        r1_interval: int ≥ 1, k.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name``, ``others`` of ``Game``.

    Raises:
        ValueError: if a number is out of range.

    Reference:
        Mescheder, Geiger & Nowozin, Which Training Methods for GANs do actually Converge?, 2018,
        arXiv:1801.04406
    """

    scalars: tuple[str, ...] = (*Game.scalars, "r1_penalty")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        r1_weight: float,
        r1_interval: int,
        **options: Any,
    ):
        self.augmentation = _augmentation(discriminator)
        if self.augmentation is not None:
            self.scalars = (*self.scalars, "augmented_share")
        super().__init__(generator, discriminator, **options)
        checks.check_weights(r1_weight=r1_weight)
        (self.r1_interval,) = checks.check_sizes(r1_interval=r1_interval)
        self.r1_weight = r1_weight

    def discriminator_loss(
        self, real_logits: Tensor, fake_logits: Tensor, training: bool = True
    ) -> Tensor:
        if self.augmentation is not None and training:
            self.augmentation.adapt(real_logits)
            share = self.augmentation.share * ops.ones_like(real_logits[:, 0])
            self.score("augmented_share", share)
        real_loss = self.score("real_loss", losses.real_loss(real_logits))
        return real_loss + self.score("fake_loss", losses.fake_loss(fake_logits))

    def generator_loss(self, fake_logits: Tensor) -> Tensor:
        return self.score("adversarial_loss", losses.generator_loss(fake_logits))

    def discriminator_objective(
        self, x: Tensor, fakes: Tensor, *labels: Tensor, training: bool = True
    ) -> Tensor:
        loss = super().discriminator_objective(x, fakes, *labels, training=training)

        def judge(values):
            return self.judge(values, *labels, training=training)

        penalty = self.slope_penalty(judge, x, self.r1_interval, training)
        return loss + self.r1_weight * penalty


def _augmentation(discriminator):
    """What changes values in front of D, if anything does."""
    kinds = (
        layer
        for layer in discriminator.layers
        if isinstance(layer, AdaptiveAugmentation)
    )
    return next(kinds, None)
