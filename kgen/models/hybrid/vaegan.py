from typing import Any, Self

import keras
from keras import ops

from kgen import checks, losses, networks
from kgen.abilities import Infers, Judges
from kgen.engine import AdversarialModel
from kgen.fields import Numeric
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class VAEGAN(Infers, Judges, AdversarialModel):
    """VAE that compares reconstructions in the features f of a GAN's discriminator.

        encoder       KL(q(z|x) ‖ N(0, I)) + ½ ‖f(x) − f(x̃)‖²,   x̃ = G(z), z ~ q(z|x)
        generator     γ ½ ‖f(x) − f(x̃)‖² − log D(x̃) − log D(x̂),   x̂ = G(ẑ), ẑ ~ N(0, I)
        discriminator −log D(x) − log(1 − D(x̃)) − log(1 − D(x̂))

    The generator is the VAE's decoder. No gradient of the game reaches the encoder. A gate keeps
    the players level: D waits while it pays less than e − m for images or for a fake; G waits while
    D pays more than e + m for either; where both would wait, both play. There is no ``monitor``:
    the losses depend on what D has learned so far.

    Args:
        encoder: built model, scaled values (n, …) to ``mean`` and ``log_var`` (n, latent_dim).
        generator: built model, latents (n, latent_dim) to scaled values.
        discriminator: built model, scaled values to the logit of being real (n, 1) and features f.
        feature_weight: float ≥ 0, γ; by default 0.1 up to 2,048 features, then 204.8 / features.
        equilibrium: float ≥ 0, e, nats; a D that cannot tell real from fake pays ln 2.
        margin: float ≥ 0, m, nats; infinity leaves the gate open.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if a weight is negative.

    Example:
        >>> model = VAEGAN.from_shape((28, 28, 1), latent_dim=16)
        >>> model.compile()
        >>> model.fit(images, epochs=20)  # float32 in [0, 1]
        >>> model.reconstruct(images), model.generate(64)

    Reference:
        Larsen et al., Autoencoding beyond Pixels, 2016, arXiv:1512.09300
    """

    chance_margin = (
        0.6931  # ln 2: two fakes for each real image, so a D at chance has logit −ln 2
    )
    monitor = None
    scalars = ("kl_loss", "feature_loss", "real_loss", "fake_loss", "adversarial_loss")

    def __init__(
        self, encoder: keras.Model, generator: keras.Model, discriminator: keras.Model,
        feature_weight: float | None = None, equilibrium: float = 0.68, margin: float = 0.35,
        **options: Any,
    ):  # fmt: skip
        players = {
            "encoder": [encoder],
            "discriminator": [discriminator],
            "generator": [generator],
        }
        super().__init__(players, **options)
        features = discriminator.outputs[1].shape[1:]
        feature_weight = losses.weight_of_sum(feature_weight, features, reference=2048)
        checks.check_weights(
            feature_weight=feature_weight, equilibrium=equilibrium, margin=margin
        )
        self.encoder, self.generator, self.discriminator = (
            encoder,
            generator,
            discriminator,
        )
        self.feature_weight, self.equilibrium, self.margin = (
            feature_weight,
            equilibrium,
            margin,
        )

    def compile(
        self, encoder_optimizer: keras.optimizers.Optimizer | str | None = None,
        generator_optimizer: keras.optimizers.Optimizer | str | None = None,
        discriminator_optimizer: keras.optimizers.Optimizer | str | None = None, **options: Any,
    ):  # fmt: skip
        """Sets one optimizer per player, by default Adam(2e-4, beta_1=0.5)."""
        game = {
            "generator": generator_optimizer,
            "discriminator": discriminator_optimizer,
        }
        self._compile_players(options, encoder=encoder_optimizer, **game)

    def draw(self, z: Tensor) -> Tensor:
        return self.generator(z, training=False)

    def judged(self, x: Tensor) -> Tensor:
        return self.discriminator(x, training=False)[0]

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        return self.generator(self.sample_latents(inputs, training), training=training)

    def sample_latents(self, x: Tensor, training: bool = True) -> Tensor:
        """One draw from q(z|x) per image; adds its KL divergence to the encoder's objective."""
        mean, log_var = self.encoder(x, training=training)
        self.add_loss(self.score("kl_loss", losses.kl_divergence(mean, log_var)))
        return self.sample(mean, log_var, training)

    def generate_fakes(self, z: Tensor, training: bool = True) -> list[Tensor]:
        """The reconstructions x̃ of the latents, and as many samples x̂ from the prior."""
        latents = z, self.noise(ops.shape(z), training)
        return [self.generator(z, training=training) for z in latents]

    def judge(
        self, x: Tensor, fakes: list[Tensor], training: bool = True
    ) -> list[Tensor]:
        """D's logits of images, reconstructions and samples."""
        return [
            self.discriminator(images, training=training)[0] for images in (x, *fakes)
        ]

    def compare(
        self, x: Tensor, reconstructed: Tensor, training: bool
    ) -> tuple[Tensor, Tensor]:
        """The distance of both in D's features, and D's logits of the reconstructions."""
        _, features = self.discriminator(x, training=training)
        logits, others = self.discriminator(reconstructed, training=training)
        return self.score("feature_loss", losses.feature_loss(features, others)), logits

    def gate(self, real_logits: Tensor, *fake_logits: Tensor) -> tuple[Tensor, Tensor]:
        """Whether D and whether G plays, given D's logits."""
        paid = [losses.real_loss(real_logits), *map(losses.fake_loss, fake_logits)]
        paid = ops.stack([ops.mean(values) for values in paid])
        winning = ops.any(paid < self.equilibrium - self.margin)
        losing = ops.any(paid > self.equilibrium + self.margin)
        return losing | ~winning, winning | ~losing

    def encoder_objective(self, x: Tensor, z: Tensor, training: bool = True) -> Tensor:
        return self.compare(x, self.generator(z, training=training), training)[0]

    def discriminator_objective(
        self, real_logits: Tensor, *fake_logits: Tensor, training: bool = True
    ) -> Tensor:
        real_loss = self.score("real_loss", losses.real_loss(real_logits))
        return real_loss + self.score(
            "fake_loss", sum(map(losses.fake_loss, fake_logits))
        )

    def generator_objective(
        self, x: Tensor, reconstructed: Tensor, sampled: Tensor, training: bool = True
    ) -> Tensor:
        feature_loss, logits = self.compare(x, reconstructed, training)
        sampled_logits, _ = self.discriminator(sampled, training=training)
        adversarial_loss = losses.generator_loss(logits) + losses.generator_loss(
            sampled_logits
        )
        return self.feature_weight * feature_loss + self.score(
            "adversarial_loss", adversarial_loss
        )

    def train_step(self, data: Any) -> dict[str, Tensor]:
        (x,) = self.unpack(data)
        z = self.share("encoder", self.sample_latents, x)
        fakes = self.share("generator", self.generate_fakes, z)
        logits = self.share("discriminator", self.judge, x, fakes)
        discriminator_plays, generator_plays = self.gate(*logits)
        self.play("encoder", self.encoder_objective, x, z)
        self.play(
            "discriminator",
            self.discriminator_objective,
            *logits,
            when=discriminator_plays,
        )
        self.play(
            "generator", self.generator_objective, x, *fakes, when=generator_plays
        )
        return self.results()

    @classmethod
    def from_fields(
        cls, x: Numeric, latent_dim: int = 16, width: int = 32, **options: Any
    ) -> Self:
        """A VAEGAN with convolutional networks, dense ones for vectors."""
        latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
        x = x.bounded()
        encoder = networks.encoder(x.shape, latent_dim, networks.Style(width))
        generator = networks.generator(x.shape, latent_dim, width, limits=x.limits)
        discriminator = networks.feature_discriminator(x.shape, width)
        return cls(encoder, generator, discriminator, fields={"x": x}, **options)
