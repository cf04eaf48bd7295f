import math
from functools import partial
from typing import Any, Self

import keras
from keras import ops

from kgen import checks, networks
from kgen.abilities import MixesStyles
from kgen.engine.adversarial import where_due
from kgen.fields import Image
from kgen.layers import PathLengthPenalty
from kgen.models.adversarial.r1game import R1Game
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class StyleGAN(MixesStyles, R1Game):
    """StyleGAN2: a mapping network turns z into a style w, which scales the channels of all layers.

        discriminator −log D(x) − log(1 − D(G(z))) + γ/2 ‖∇D(x)‖²
        generator     −log D(G(z)) + λ (‖Jᵀ y‖ − a)²,   z ~ N(0, I)

    Coarse layers decide the shape, fine layers the texture. In training some images take their fine
    layers from a second style, so that layers do not rely on each other. The last terms are
    computed in some steps only, and weigh as much more there. ``generate(…, truncation=ψ)`` moves
    styles to their mean: w̄ + ψ (w − w̄). ``mix`` gives layers styles of different latents. D halves
    its maps by means of 2 × 2 points, without the paper's blur.

    Args:
        generator: built model of the layers ``mapping``, from z to a style, and ``synthesis``, from
            styles (n, layers, latent_dim) to values, as ``kgen.networks.style_generator``.
        discriminator: built model, scaled values to the logit of being real (n, 1).
        r1_weight: float ≥ 0, γ; the paper has 10 for 1024² pixels. Small images need less.
        r1_interval: int ≥ 1, plays of D per gradient penalty.
        style_mixing: float in [0, 1], share of training images with two styles.
        path_weight: float ≥ 0, λ, of the ``kgen.layers.PathLengthPenalty``; the paper has 2.
        path_interval: int ≥ 1, plays of G per path length penalty.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if a number is out of range, or images are no squares of 8, 16, 32, … pixels.

    Example:
        >>> model = StyleGAN.from_shape((32, 32, 3))
        >>> model.compile()  # Adam(2e-3, beta_1=0.0, beta_2=0.99) for both
        >>> model.fit(images, batch_size=32, epochs=100)  # float32 in [0, 1]
        >>> model.generate(64, truncation=0.7), model.style_grid(6, layer=4)

    Reference:
        Karras et al., Analyzing and Improving the Image Quality of StyleGAN, 2020, arXiv:1912.04958
    """

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, r1_weight: float = 1.0,
        r1_interval: int = 16, style_mixing: float = 0.9, path_weight: float = 0.0,
        path_interval: int = 4, **options: Any,
    ):  # fmt: skip
        if path_weight:
            self.scalars = (*self.scalars, "path_penalty")
        super().__init__(generator, discriminator, r1_weight, r1_interval, **options)
        checks.check_weights(path_weight=path_weight)
        checks.check_number("style_mixing", style_mixing, 0.0, 1.0)
        (self.path_interval,) = checks.check_sizes(path_interval=path_interval)
        self.path_weight, self.style_mixing = path_weight, style_mixing
        self.path_lengths = PathLengthPenalty()
        self.path_lengths.build((1, self.style_layers, self.latent_dim))

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(2e-3, beta_1=0.0, beta_2=0.99, epsilon=1e-8)

    @property
    def mapping(self) -> keras.Model:
        return self.generator.get_layer("mapping")

    @property
    def synthesis(self) -> keras.Model:
        return self.generator.get_layer("synthesis")

    @property
    def style_layers(self) -> int:
        return self.synthesis.inputs[0].shape[1]

    def of_styles(
        self, first: Tensor, second: Tensor, layer: Tensor, training: bool
    ) -> Tensor:
        """Values of two styles each; layers from ``layer``, one or (n, 1), on take the second."""
        takes_first = ops.expand_dims(ops.arange(self.style_layers) < layer, -1)
        styles = ops.where(takes_first, first[:, None], second[:, None])
        return self.synthesis(styles, training=training)

    def generate_fakes(self, x: Tensor, training: bool = True) -> Tensor:
        if not training:
            return super().generate_fakes(x, training=False)
        count, last = ops.shape(x)[0], self.style_layers
        z, other = (self.noise((count, self.latent_dim), training) for _ in range(2))
        first, second = (
            self.mapping(latents, training=training) for latents in (z, other)
        )
        chance, place = (
            self.noise((count, 1), training, keras.random.uniform) for _ in range(2)
        )
        layer = 1 + ops.cast(ops.floor(place * (last - 1)), "int32")
        layer = ops.where(chance < self.style_mixing, layer, last)
        return self.of_styles(first, second, layer, training)

    def truncated(self, truncation: float, z: Tensor) -> Tensor:
        return self.mixed(self.style_layers, truncation, z, z)

    def mixed(
        self, layer: int, truncation: float, coarse: Tensor, fine: Tensor
    ) -> Tensor:
        mean = self.mapping.get_layer("mean_style")
        first, second = (
            mean.truncated(self.mapping(z), truncation) for z in (coarse, fine)
        )
        return self.of_styles(first, second, layer, training=False)

    def generator_objective(self, fakes: Tensor, training: bool = True) -> Tensor:
        loss = super().generator_objective(fakes, training=training)
        if not self.path_weight:
            return loss
        due = self.is_due("generator", self.path_interval, training)
        z = self.noise((ops.shape(fakes)[0], self.latent_dim), training)
        styles = ops.repeat(self.mapping(z)[:, None], self.style_layers, axis=1)
        directions = self.noise(ops.shape(fakes), training) / math.sqrt(
            math.prod(self.shape[:2])
        )
        slopes = where_due(
            due, partial(self.slopes, styles, directions, training), styles
        )
        penalty = self.path_lengths(slopes, due, training=training)
        weight = self.path_interval if training else 1
        return loss + self.path_weight * self.score("path_penalty", weight * penalty)

    def slopes(self, styles: Tensor, directions: Tensor, training: bool) -> Tensor:
        """The gradient of the part of images that lies in given directions, in their styles."""

        def part(styles):
            return ops.sum(
                self.synthesis(styles, training=training) * directions, axis=(1, 2, 3)
            )

        return self.input_gradient(part, styles)

    @classmethod
    def from_fields(
        cls, x: Image, latent_dim: int = 128, width: int = 32, max_width: int = 128,
        mapping_layers: int = 2, augmented: bool = False, ema_decay: float | None = 0.998,
        **options: Any,
    ) -> Self:  # fmt: skip
        """A StyleGAN for images; ``augmented``: D sees changed images, as often as it overfits."""
        checks.check_flags(augmented=augmented)
        x = x.bounded()
        generator = networks.style_generator(
            x.shape, latent_dim, width, max_width, mapping_layers
        )
        augment = networks.adaptive_augmentation(x.limits[0]) if augmented else None
        judge = networks.residual_discriminator(x.shape, width, max_width, augment)
        return cls(generator, judge, fields={"x": x}, ema_decay=ema_decay, **options)
