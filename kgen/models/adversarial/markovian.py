from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import keras
from keras import ops

from kgen import checks, losses, networks
from kgen.abilities import Judges, Paints
from kgen.engine import AdversarialModel
from kgen.fields import Grid
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class MarkovianGAN(Paints, Judges, AdversarialModel):
    """Markovian GAN: G paints textures; D judges patches of frozen features φ by hinge losses.

        discriminator max(0, 1 − D(φ(x))) + max(0, 1 + D(φ(G(·))))
        generator     mean (x − G(E(x)))² + λ max(0, 1 − D(φ(G(·)))),      z ~ N(0, I)

    G(·) is half G(E(x)) and half G(z). The hinge terms are means over all patches. D does not see
    what surrounds a patch, so a texture is a Markov random field to it. E and G are fully
    convolutional: ``canvas`` paints in any size, and ``restyle`` paints other images in the texture
    of the training. λ = 0 is an autoencoder of pixels.

    In the paper E is a part of VGG, and z is noise passed through it. Here E is trained, and its
    maps are standardised to the mean and variance of z. φ are random filters by default. The
    paper's total variation is left out.

    Args:
        encoder: built model E, scaled values (n, …) of any sides to a coarser map.
        decoder: built model G, such a map to scaled values.
        discriminator: built model D, features to a map of numbers without bounds, one per patch.
        features: built model φ, scaled values to a map of features; frozen.
        patch_shape: tuple, the shape of a training value.
        texture_weight: float ≥ 0, λ; pixels are scaled to −1 to 1.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``texture_weight`` is negative, or a given network has no map of features.

    Example:
        >>> model = MarkovianGAN.from_shape((32, 32, 1), features=classifier)  # or random filters
        >>> model.compile()
        >>> model.fit(patches, batch_size=32, epochs=20)  # float32 in [0, 1]
        >>> canvas, restyled = model.canvas(256, 256), model.restyle(images)

    Reference:
        Li & Wand, Precomputed Real-Time Texture Synthesis with Markovian Generative Adversarial
        Networks, 2016, arXiv:1604.04382
    """

    monitor = None
    boundary = None  # D judges patches: no decision threshold for whole values
    scalars = ("real_loss", "fake_loss", "adversarial_loss", "pixel_error")
    headline = ("discriminator_loss", "generator_loss", "pixel_error")

    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, discriminator: keras.Model,
        features: keras.Model, patch_shape: Sequence[int], texture_weight: float = 0.1,
        **options: Any,
    ):  # fmt: skip
        judges = [discriminator, features]
        super().__init__(
            {"discriminator": judges, "generator": [encoder, decoder]}, **options
        )
        checks.check_weights(texture_weight=texture_weight)
        self.encoder, self.decoder, self.discriminator = encoder, decoder, discriminator
        self.features, self.patch_shape = features, tuple(patch_shape)
        self.texture_weight = texture_weight
        self.generator = networks.of_latents(encoder, decoder, self.patch_shape)

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """Adam with a rate of 1e-3; the paper has .02, with a pretrained encoder."""
        return keras.optimizers.Adam(1e-3, beta_1=0.5)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        return self.generator(
            self.flat(self.encoder(inputs, training=training)), training=training
        )

    def flat(self, maps: Tensor) -> Tensor:
        """Maps as latents (n, latent_dim)."""
        return ops.reshape(maps, (-1, self.latent_dim))

    def latent(self, x: Tensor) -> Tensor:
        return self.flat(self.encoder(x, training=False))

    def draw(self, z: Tensor) -> Tensor:
        return self.generator(z, training=False)

    def judged(self, x: Tensor) -> Tensor:
        scores = self.judge(x, training=False)
        return ops.mean(
            ops.reshape(scores, (ops.shape(x)[0], -1)), axis=1, keepdims=True
        )

    def judge(self, x: Tensor, training: bool = True) -> Tensor:
        """What D says of each patch of values."""
        return self.discriminator(self.features(x, training=False), training=training)

    def hinge(self, values: Tensor, sign: float, training: bool) -> Tensor:
        """The hinge loss of each value, the mean over its patches."""
        return losses.of_patches(
            losses.hinge_loss, self.judge(values, training=training), sign
        )

    def paint(self, x: Tensor, training: bool = True) -> tuple[Tensor, Tensor]:
        """Values of noise, and x itself painted again."""
        z = self.noise((ops.shape(x)[0], self.latent_dim), training)
        return self.generator(z, training=training), self(x, training=training)

    def discriminator_objective(
        self, x: Tensor, painted: tuple[Tensor, Tensor], training: bool = True
    ) -> Tensor:
        real_loss = self.score("real_loss", self.hinge(x, 1.0, training))
        fake_loss = sum(self.hinge(values, -1.0, training) for values in painted) / 2
        return real_loss + self.score("fake_loss", fake_loss)

    def generator_objective(
        self, x: Tensor, painted: tuple[Tensor, Tensor], training: bool = True
    ) -> Tensor:
        fooled = sum(self.hinge(values, 1.0, training) for values in painted) / 2
        texture = self.score("adversarial_loss", fooled)
        pixels = self.score("pixel_error", losses.squared_difference(x, painted[1]))
        return pixels + self.texture_weight * texture

    def train_step(self, data: Any) -> dict[str, Tensor]:
        (x,) = self.unpack(data)
        painted = self.share("generator", self.paint, x)
        self.play("discriminator", self.discriminator_objective, x, painted)
        self.play("generator", self.generator_objective, x, painted)
        return self.results()

    @classmethod
    def from_fields(
        cls, x: Grid, channels: int = 4, width: int = 16,
        features: keras.Model | str | Path | None = None, **options: Any,
    ) -> Self:  # fmt: skip
        """A MarkovianGAN for images, volumes or curves; ``features``: a network, or its file."""
        channels, width = checks.check_sizes(channels=channels, width=width)
        x = x.bounded()
        encoder = networks.texture_encoder(x.shape, channels, width)
        decoder = networks.texture_decoder(x.shape, channels, width, x.limits)
        frozen = networks.frozen_features(x, features, width)
        judge = networks.texture_judge(frozen.output_shape[1:], width)
        return cls(encoder, decoder, judge, frozen, x.shape, fields={"x": x}, **options)
