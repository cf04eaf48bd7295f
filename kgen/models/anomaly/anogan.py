from typing import Any, Self

import keras
import numpy as np
from keras import ops

from kgen import checks, losses, networks
from kgen.abilities import Detects, JudgesFeatures
from kgen.fields import Grid
from kgen.models.adversarial.gan import GAN
from kgen.types import Tensor

STARTS = 256  # latents of which a search begins at the best


@keras.saving.register_keras_serializable("kgen")
class AnoGAN(JudgesFeatures, Detects, GAN):  # type: ignore[misc]
    """AnoGAN: searches the sample of a DCGAN of normal images that is nearest to a new image.

        A(x) = min_z (1 − λ) Σ |x − G(z)| + λ Σ |f(x) − f(G(z))|

    f are the features from which D computes its logit. z is searched by gradient steps, for many
    images in one compiled program; a score does not depend on the other images. G and D stay fixed,
    with BatchNorm in inference mode. The paper begins at a random z; here the search begins at the
    nearest of 256 fixed ones. The map is |x − G(z)|.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to the logit of being real (n, 1) and features f.
        feature_weight: float in [0, 1], λ.
        search_steps: int ≥ 1, gradient steps of a search.
        saturating, label_smoothing, label_noise: as in ``GAN``.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if an argument is out of range.

    Example:
        >>> model = AnoGAN.from_shape((64, 64, 1), search_steps=20)  # 500 by default
        >>> model.compile()
        >>> model.fit(normal_images, batch_size=64, epochs=100)  # float32 in [0, 1]
        >>> scores, maps, nearest = model.anomalies(new_images)

    Reference:
        Schlegl et al., Unsupervised Anomaly Detection with Generative Adversarial Networks to Guide
        Marker Discovery, 2017, arXiv:1703.05921
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        feature_weight: float = 0.1,
        search_steps: int = 500,
        saturating: bool = False,
        label_smoothing: float = 0.0,
        label_noise: float = 0.0,
        **options: Any,
    ):
        super().__init__(
            generator,
            discriminator,
            saturating,
            label_smoothing,
            label_noise,
            **options,
        )
        checks.check_number("feature_weight", feature_weight, 0.0, 1.0)
        checks.check_sizes(search_steps=search_steps)
        self.feature_weight, self.search_steps = feature_weight, search_steps

    def nearest(self, x: Tensor) -> Tensor:
        return self.draw(self.searched(self.start(x), x))

    def apart(self, x: Tensor, features: Tensor, drawn: Tensor) -> Tensor:
        residual = losses.total_difference(x, drawn)
        mismatch = losses.total_difference(features, self.traits(drawn))
        return (1.0 - self.feature_weight) * residual + self.feature_weight * mismatch

    def start(self, x: Tensor) -> Tensor:
        """The fixed latents whose value v is nearest to each value x: ‖v‖² − 2 x·v is least."""
        drawn = np.random.default_rng(0).standard_normal((STARTS, self.latent_dim))
        latents = ops.convert_to_tensor(drawn, "float32")
        values, flat = (
            ops.reshape(part, (len(part), -1)) for part in (self.draw(latents), x)
        )
        inner = ops.matmul(flat, ops.transpose(values))
        return ops.take(
            latents,
            ops.argmin(ops.sum(ops.square(values), -1) - 2.0 * inner, -1),
            axis=0,
        )

    @classmethod
    def from_fields(
        cls, x: Grid, latent_dim: int = 100, width: int = 64, **options: Any
    ) -> Self:
        """An AnoGAN with DCGAN's networks for images, volumes or curves."""
        latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
        x = x.bounded()
        generator = networks.generator(x.shape, latent_dim, width, limits=x.limits)
        discriminator = networks.feature_discriminator(x.shape, width)
        return cls(generator, discriminator, fields={"x": x}, **options)
