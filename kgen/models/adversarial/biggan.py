import math
from typing import Any, Self

import keras
from keras import ops

from kgen import checks, losses, networks
from kgen.abilities import EmbedsClasses, Truncates
from kgen.fields import Image, Label
from kgen.models.adversarial.conditional_game import ConditionalGame
from kgen.models.adversarial.uneven_game import UnevenGame
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class BigGAN(Truncates, EmbedsClasses, ConditionalGame, UnevenGame):
    """BigGAN: G gets the class in every block, D compares the image with a vector of the class.

        discriminator max(0, 1 − D(x, y)) + max(0, 1 + D(G(z, y), y)),   z ~ N(0, I)
        generator     −D(G(z, y), y)

    D(x, y) is w·f(x) + b + e(y)·f(x), with an embedding e(y) of the class. In each block of G, an
    embedding of the class and a part of z set the gain and offset of BatchNorm. Convolutions and
    dense layers of both have spectral norm. Where D(x, y) = 0, D pays 2 and G pays 0.

    With a truncation ψ, latents come from a normal distribution truncated at ±τ. ψ in [0, 1] is
    the share of N(0, 1) between −τ and τ: .38 for τ = .5, .68 for τ = 1, .95 for τ = 2.

    Batches are split as in ``UnevenGame``. Averaged weights draw better samples: the paper has
    ``ema_decay=0.9999``, short trainings need less.

    Args:
        generator: built model, latents (n, latent_dim) and labels (n,) to scaled values (n, …);
            with a layer ``embedding`` of the labels and a model ``synthesis`` of z and these.
        discriminator: built model, scaled values and labels to unbounded numbers (n, 1).
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        n_critic: int ≥ 1, plays of D per play of G.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if images are no squares of base · 2ᵏ pixels, a size is out of range, or a
            batch is smaller than ``n_critic``.

    Example:
        >>> model = BigGAN.from_shape((32, 32, 3), num_classes=10, ema_decay=0.999)
        >>> model.compile()  # Adam(2e-4, beta_1=0.0) for both
        >>> model.fit(images, labels, batch_size=64, epochs=50)  # float32 in [0, 1]
        >>> model.generate(64, labels=3, truncation=0.7), model.class_walk([3, 8])

    Reference:
        Brock, Donahue & Simonyan, Large Scale GAN Training for High Fidelity Natural Image
        Synthesis, 2019, arXiv:1809.11096
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        num_classes: int,
        n_critic: int = 2,
        **options: Any,
    ):
        super().__init__(
            generator, discriminator, num_classes, n_critic=n_critic, **options
        )

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(2e-4, beta_1=0.0)

    def class_embedding(self, y: Tensor) -> Tensor:
        return self.generator.get_layer("embedding")(y)

    def draw_embedded(self, z: Tensor, embedding: Tensor) -> Tensor:
        return self.generator.get_layer("synthesis")([z, embedding], training=False)

    def truncated(self, truncation: float, z: Tensor, y: Tensor) -> Tensor:
        share = truncation * ops.erf(z / math.sqrt(2.0))
        return self.draw(math.sqrt(2.0) * ops.erfinv(share), y)

    def discriminator_objective(
        self, x: Tensor, fakes: Tensor, y: Tensor, training: bool = True
    ) -> Tensor:
        # In one pass, both are judged with the same singular values.
        images, labels = ops.concatenate([x, fakes]), ops.concatenate([y, y])
        values = self.judge(images, labels, training=training)
        real_values, fake_values = ops.split(values, 2)
        return self.discriminator_loss(real_values, fake_values, training)

    def discriminator_loss(
        self, real_values: Tensor, fake_values: Tensor, training: bool = True
    ) -> Tensor:
        """D's loss, given its outputs for real images and for fakes."""
        real_loss = self.score("real_loss", losses.hinge_loss(real_values, 1.0))
        return real_loss + self.score("fake_loss", losses.hinge_loss(fake_values, -1.0))

    def generator_loss(self, fake_values: Tensor) -> Tensor:
        """G's loss, given D's outputs for the fakes."""
        return self.score(
            "adversarial_loss", losses.wasserstein_loss(fake_values, -1.0)
        )

    @classmethod
    def from_fields(
        cls,
        x: Image,
        y: Label,
        latent_dim: int = 120,
        width: int = 16,
        embedding_dim: int = 128,
        base: int = 4,
        attention: int | None = None,
        orthogonal_weight: float = 0.0,
        **options: Any,
    ) -> Self:
        """A BigGAN for square images of base · 2ᵏ pixels; the paper's at 128 pixels has width 96.

        ``base``: the side of the coarsest map. ``attention``: the side of the map with
        self-attention, 0 for none; half of the image's, at most 64, unless given.
        ``orthogonal_weight``: of the penalty on G's kernels (``kgen.layers.Orthogonality``).
        """
        x, classes = x.bounded(), y.num_classes
        width, base = checks.check_sizes(width=width, base=base)
        pyramid = networks.Pyramid(x.shape, width, base, attention)
        checks.check_weights(orthogonal_weight=orthogonal_weight)
        generator = networks.biggan_generator(
            pyramid, latent_dim, classes, embedding_dim, orthogonal_weight, x.limits
        )
        discriminator = networks.projection_discriminator(pyramid, classes)
        return cls(
            generator, discriminator, classes, fields={"x": x, "y": y}, **options
        )
