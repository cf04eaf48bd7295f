from typing import Any, Self

import keras
from keras import ops

from kgen import checks, losses, networks
from kgen.abilities import Mixes
from kgen.fields import Numeric
from kgen.models.adversarial.game import Game
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class MixtureGAN(Mixes, Game):
    """MGAN: K generators, each draws a part of the values; a classifier C tells them apart.

        discriminator −log D(x) − log(1 − D(G_k(z))) − log C_k(G_k(z))
        generator     −log D(G_k(z)) − β log C_k(G_k(z)),      k uniform on 1 … K, z ~ N(0, I)

    D and C share all layers except the last; the generators share all except the first. The first
    latent chooses the generator (``kgen.layers.Component``). D and C pay 2 ln 2 + ln K before the
    first step, and 2 ln 2 once the mixture equals the data and its parts are separate.

    With a small β several generators draw the same mode. With a large β they avoid the values
    between modes. The paper has .125 for points in the plane and .01 for CIFAR-10.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to the logit of being real (n, 1) and the logits
            of the generator that drew them (n, K).
        beta: float ≥ 0, β; the classifier itself pays its cross-entropy in full.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``beta`` is negative, or ``latent_dim`` is 1, which leaves no noise.

    Example:
        >>> model = MixtureGAN.from_shape((28, 28, 1), components=10)
        >>> model.compile()
        >>> model.fit(images, batch_size=128, epochs=25)  # float32 in [0, 1]
        >>> model.generate(64).shape, model.generate(64, component=3).shape
        ((64, 28, 28, 1), (64, 28, 28, 1))

    Reference:
        Hoang et al., MGAN: Training Generative Adversarial Nets with Multiple Generators,
        ICLR 2018, https://openreview.net/forum?id=rkmu5b0a-
    """

    scalars = (*Game.scalars, "class_loss", "fake_class_loss", "component_accuracy")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        beta: float = 0.125,
        **options: Any,
    ):
        super().__init__(generator, discriminator, **options)
        checks.check_weights(beta=beta)
        self.beta = beta

    @property
    def components(self) -> int:
        """K, how many generators there are."""
        return self.discriminator.outputs[1].shape[-1]

    def judged(self, x: Tensor) -> Tensor:
        return self.judge(x, training=False)[0]

    def discriminator_objective(
        self, x: Tensor, fakes: Tensor, drawn_by: Tensor, training: bool = True
    ) -> Tensor:
        real_logits, _ = self.judge(x, training=training)
        fake_logits, found = self.judge(fakes, training=training)
        real_loss = self.score("real_loss", losses.real_loss(real_logits))
        fake_loss = self.score("fake_loss", losses.fake_loss(fake_logits))
        self.score("component_accuracy", losses.accuracy(drawn_by, found))
        class_loss = self.score("class_loss", losses.class_loss(drawn_by, found))
        return real_loss + fake_loss + class_loss

    def generator_objective(
        self, fakes: Tensor, drawn_by: Tensor, training: bool = True
    ) -> Tensor:
        logits, found = self.judge(fakes, training=training)
        fooled = self.score("adversarial_loss", losses.generator_loss(logits))
        class_loss = self.score("fake_class_loss", losses.class_loss(drawn_by, found))
        return fooled + self.beta * class_loss

    def train_step(self, data: Any) -> dict[str, Tensor]:
        (x,) = self.unpack(data)
        z = self.noise((ops.shape(x)[0], self.latent_dim), self.in_training)
        fakes, drawn_by = self.share("generator", self, z), self.component(z)
        self.play("discriminator", self.discriminator_objective, x, fakes, drawn_by)
        self.play("generator", self.generator_objective, fakes, drawn_by)
        return self.results()

    @classmethod
    def from_fields(
        cls,
        x: Numeric,
        components: int = 8,
        latent_dim: int = 100,
        width: int = 32,
        noise: float = 0.0,
        **options: Any,
    ) -> Self:
        """A mixture of generators with convolutional networks, dense ones for vectors.

        ``noise``: in training, the deviation of Gaussian noise on the scaled values that D and C
        see, from 0 to .9. A generator then also moves to a mode that is far from its samples.
        """
        sizes = {"components": components, "latent_dim": latent_dim, "width": width}
        components, latent_dim, width = checks.check_sizes(**sizes)
        x = x.bounded()
        generator = networks.mixture_generator(
            x.shape, latent_dim, components, width, x.limits
        )
        discriminator = networks.auxiliary_discriminator(
            x.shape, components, width, dropout=0.0, noise=noise, shift=0.0
        )
        return cls(generator, discriminator, fields={"x": x}, **options)
