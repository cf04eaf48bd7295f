from typing import Any, Self

import keras

from kgen import checks, losses, networks
from kgen.abilities import Detects, JudgesFeatures
from kgen.fields import Grid
from kgen.models.adversarial.wgangp import WGANGP
from kgen.types import Tensor

GAME, ENCODER = "game", "encoder"  # the stages of a training


@keras.saving.register_keras_serializable("kgen")
class FAnoGAN(JudgesFeatures, Detects, WGANGP):  # type: ignore[misc]
    """f-AnoGAN: an encoder maps a new image to the nearest sample of a GAN of normal images.

        A(x) = mean (x − G(E(x)))² + κ mean (f(x) − f(G(E(x))))²

    f are the features from which the critic computes its value. D and G play the game of
    ``WGANGP``. E minimises A(x) of normal images, with D and G in inference mode (``izi_f`` of the
    paper). In the paper E begins after the game: with ``game_epochs`` D and G play first and rest
    afterwards. Scalars of a resting player are logged as 0; validation measures all. With 0 epochs
    all three learn in every step. Latents are not squashed by tanh, as those of N(0, I) are not.
    The paper trains D five times per step of G, at a rate of 1e-4; that takes many more steps. The
    map is |x − G(E(x))|.

    Args:
        generator: built model, latents (n, latent_dim) to scaled values (n, …).
        discriminator: built model without BatchNorm, scaled values to a number and features f.
        encoder: built model E, scaled values to latents (n, latent_dim).
        feature_weight: float ≥ 0, κ.
        game_epochs: int ≥ 0, epochs before E begins.
        search_steps: int ≥ 0, gradient steps on A(x) that refine the latents E(x) of a new value;
            0 as in the paper.
        gp_weight: float ≥ 0, λ of ``WGANGP``.
        n_critic: int ≥ 1, plays of the critic for one of G.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if an argument is out of range, or values are to be judged before E has learnt.

    Example:
        >>> model = FAnoGAN.from_shape((64, 64, 1), game_epochs=100)
        >>> model.compile()  # Adam(1e-3, beta_1=0.0, beta_2=0.9) for D and G, Adam(1e-3) for E
        >>> model.fit(normal_images, batch_size=80, epochs=150)  # float32 in [0, 1]
        >>> scores, maps, nearest = model.anomalies(new_images)

    Reference:
        Schlegl et al., f-AnoGAN: Fast Unsupervised Anomaly Detection with Generative Adversarial
        Networks, 2019, doi:10.1016/j.media.2019.01.010
    """

    scalars = (*WGANGP.scalars, "encoding_loss")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        encoder: keras.Model,
        feature_weight: float = 1.0,
        game_epochs: int = 0,
        search_steps: int = 0,
        gp_weight: float = 10.0,
        n_critic: int = 2,
        **options: Any,
    ):
        others = {"encoder": [encoder]}
        super().__init__(
            generator, discriminator, gp_weight, n_critic, others=others, **options
        )
        checks.check_weights(feature_weight=feature_weight)
        checks.check_number("game_epochs", game_epochs, 0, float("inf"))
        self.encoder = encoder
        if search_steps:
            (search_steps,) = checks.check_sizes(search_steps=search_steps)
        self.feature_weight, self.game_epochs = feature_weight, game_epochs
        self.search_steps = search_steps

    def compile(
        self,
        generator_optimizer: keras.optimizers.Optimizer | str | None = None,
        discriminator_optimizer: keras.optimizers.Optimizer | str | None = None,
        encoder_optimizer: keras.optimizers.Optimizer | str | None = None,
        **options: Any,
    ):
        """Sets one optimizer per player; the paper gives E RMSprop(5e-5), for 50,000 steps."""
        encoder_optimizer = encoder_optimizer or keras.optimizers.Adam(1e-3)
        games = {
            "generator": generator_optimizer,
            "discriminator": discriminator_optimizer,
        }
        self._compile_players(options, **games, encoder=encoder_optimizer)

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.9)

    def stage_after(self, epochs: float) -> str | None:
        if not self.game_epochs:
            return None
        return GAME if epochs < self.game_epochs else ENCODER

    def nearest(self, x: Tensor) -> Tensor:
        if self.epochs_trained <= self.game_epochs and self.game_epochs:
            raise ValueError(
                f"The encoder begins after game_epochs={self.game_epochs}, and this model was "
                f"trained for {self.epochs_trained}. Train it for more epochs, or with fewer "
                "game_epochs."
            )
        z = self.encoder(x, training=False)
        return self.draw(self.searched(z, x) if self.search_steps else z)

    def apart(self, x: Tensor, features: Tensor, drawn: Tensor) -> Tensor:
        residual = losses.squared_difference(x, drawn)
        mismatch = losses.squared_difference(features, self.traits(drawn))
        return residual + self.feature_weight * mismatch

    def encoder_objective(self, x: Tensor, training: bool = True) -> Tensor:
        nearest = self.draw(self.encoder(x, training=training))
        return self.score("encoding_loss", self.strangeness(x, nearest))

    def train_step(self, data: Any) -> dict[str, Tensor]:
        stage = self.stage if self.in_training else None
        if stage != ENCODER:
            super().train_step(data)
        if stage != GAME:
            self.play("encoder", self.encoder_objective, *self.unpack(data))
        return self.results()

    @classmethod
    def from_fields(
        cls, x: Grid, latent_dim: int = 128, width: int = 64, **options: Any
    ) -> Self:
        """An f-AnoGAN for images, volumes or curves, with DCGAN's generator."""
        latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
        x = x.bounded()
        generator = networks.generator(x.shape, latent_dim, width, limits=x.limits)
        discriminator = networks.featured_critic(x.shape, width)
        encoder = networks.coder(x.shape, latent_dim, networks.Style(width))
        return cls(generator, discriminator, encoder, fields={"x": x}, **options)
