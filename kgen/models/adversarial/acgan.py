from collections.abc import Sequence
from typing import Any, Self

import keras

from kgen import checks, losses, networks
from kgen.abilities import Conditional, JudgesClasses
from kgen.fields import Label, Numeric
from kgen.models.adversarial.gan import GAN
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class ACGAN(JudgesClasses, Conditional, GAN):  # type: ignore[misc]
    """Auxiliary-classifier GAN: G draws a given class; D also predicts the class of its input.

        discriminator −log D(x) − log(1 − D(G(z, y))) + γ L_C,   z ~ N(0, I)
                      L_C = −log C(y|x) − ε log C(y|G(z, y))
        generator     −log D(G(z, y)) − γ log C(y|G(z, y))

    y are the labels of the batch. In the paper γ = ε = 1. With ε = 0, D learns the classes from
    real values alone, so G cannot teach D its mistakes.

    Args:
        generator: built model, latents (n, latent_dim) and labels (n,) to scaled values (n, …).
        discriminator: built model, scaled values to the logit of being real (n, 1) and the class
            logits (n, num_classes).
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        class_weight: float ≥ 0, γ, weight of both players' class terms.
        class_weight_on_fakes: float ≥ 0, ε, weight of the fakes in D's class term.
        saturating, label_smoothing, label_noise: as in ``GAN``.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if a weight is negative, ``label_smoothing`` or ``label_noise`` is out of range,
            or labels are missing or out of range.

    Example:
        >>> model = ACGAN.from_shape((28, 28, 1), num_classes=10)
        >>> model.compile()
        >>> model.fit(images, labels, epochs=20)  # float32 in [0, 1], whole numbers
        >>> model.classify(images[:8]).shape, model.generate(64, labels=3).shape
        ((8, 10), (64, 28, 28, 1))

    Reference:
        Odena, Olah & Shlens, Conditional Image Synthesis with Auxiliary Classifier GANs, 2017,
        arXiv:1610.09585
    """

    scalars = (*GAN.scalars, "class_loss", "fake_class_loss", "accuracy")
    headline = ("discriminator_loss", "generator_loss", "accuracy")

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, num_classes: int,
        class_weight: float = 1.0, class_weight_on_fakes: float = 0.0, saturating: bool = False,
        label_smoothing: float = 0.05, label_noise: float = 0.0, **options: Any,
    ):  # fmt: skip
        super().__init__(
            generator,
            discriminator,
            saturating,
            label_smoothing,
            label_noise,
            **options,
        )
        checks.check_sizes(num_classes=num_classes)
        checks.check_weights(
            class_weight=class_weight, class_weight_on_fakes=class_weight_on_fakes
        )
        self.num_classes = num_classes
        self.class_weight, self.class_weight_on_fakes = (
            class_weight,
            class_weight_on_fakes,
        )

    def call(self, inputs: Sequence[Tensor], training: bool = False) -> Tensor:
        z, y = inputs
        return self.generator([z, y], training=training)

    def discriminator_objective(
        self, x: Tensor, fakes: Tensor, y: Tensor, training: bool = True
    ) -> Tensor:
        real_logits, classes = self.discriminator(x, training=training)
        fake_logits, fake_classes = self.discriminator(fakes, training=training)
        self.score("accuracy", losses.accuracy(y, classes))
        class_loss = losses.class_loss(
            y, classes
        ) + self.class_weight_on_fakes * losses.class_loss(y, fake_classes)
        class_loss = self.score("class_loss", class_loss)
        return (
            self.discriminator_loss(real_logits, fake_logits, training)
            + self.class_weight * class_loss
        )

    def generator_objective(
        self, fakes: Tensor, y: Tensor, training: bool = True
    ) -> Tensor:
        fake_logits, classes = self.discriminator(fakes, training=training)
        class_loss = self.score("fake_class_loss", losses.class_loss(y, classes))
        return self.generator_loss(fake_logits) + self.class_weight * class_loss

    @classmethod
    def from_fields(
        cls, x: Numeric, y: Label, latent_dim: int = 100, width: int = 32,
        discriminator_width: int = 24, dropout: float = 0.2, noise: float = 0.05,
        shift: float = 0.08, stain: float = 0.0, separate: bool = False, **options: Any,
    ) -> Self:  # fmt: skip
        """An ACGAN with convolutional networks, dense ones for vectors.

        ``stain``: the jitter of a ``RandomStain`` in front of D. ``separate``: two networks tell
        real from generated and class from class, where otherwise two outputs share one. Dropout
        and random changes of the input are then those of the classifier alone.
        """
        sizes = {
            "latent_dim": latent_dim,
            "width": width,
            "discriminator_width": discriminator_width,
        }
        checks.check_flags(separate=separate)
        latent_dim, width, discriminator_width = checks.check_sizes(**sizes)
        x, classes = x.bounded(), y.num_classes
        generator = networks.generator(x.shape, latent_dim, width, classes, x.limits)
        judging = (
            networks.separate_discriminator
            if separate
            else networks.auxiliary_discriminator
        )
        discriminator = judging(
            x.shape,
            classes,
            discriminator_width,
            dropout=dropout,
            noise=noise,
            shift=shift,
            stain=stain,
            limits=x.limits,
        )
        return cls(
            generator, discriminator, classes, fields={"x": x, "y": y}, **options
        )
