from typing import Any, Self

import keras
from keras import ops

from kgen import checks, likelihoods, losses, networks
from kgen.abilities import Conditional, HasDensity, JudgesClasses
from kgen.engine import AdversarialModel
from kgen.fields import Label, Numeric
from kgen.types import Tensor, Tensors


@keras.saving.register_keras_serializable("kgen")
class CVAECGAN(JudgesClasses, Conditional, HasDensity, AdversarialModel):
    """Conditional VAE whose decoder is also the generator of a GAN that classifies.

        generator: λ(−log p(x|z, y) + β KL(q‖N(0, I)) + ½κ E_y‖E[μ|y]‖²)
            − log D_y(x̃) − δ log C(y|x̃)
        discriminator: −log D_y(x) − log(1 − D_y(x̃)) − γ log C(y|x) + ½ρ ‖∇D_y(x)‖²

    The fakes x̃ are drawn from the prior, one per image. D has one output D_y per class. The game
    sends no gradient to the encoder. It draws the class into z; κ keeps it out.

    Args:
        encoder: built model, scaled values (n, …) and labels (n,) to ``mean`` and ``log_var``.
        decoder: built model, latents (n, latent_dim) and labels (n,) to likelihood parameters.
        discriminator: built model, scaled values to logits of being real, 1 or K, and of classes.
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        likelihood: a ``kgen.likelihoods.Likelihood`` or its name.
        beta: float ≥ 0, β, weight of the KL divergence inside the evidence lower bound.
        beta_warmup: float ≥ 0, training steps over which β rises from 0; validation uses ``beta``.
        leakage_weight: float ≥ 0, κ, weight of ``kgen.losses.class_leakage``.
        elbo_weight: float ≥ 0, λ; the default is 0.02 up to 784 numbers, then 15.68 / numbers.
        class_weight, fake_class_weight: floats ≥ 0, γ and δ, weights of D's and G's class terms.
        label_smoothing: float in [0, 0.5], s: the target for real images is 1 − s.
        r1_weight, r1_interval: float ≥ 0, ρ, and int ≥ 1, k: D pays kρ for its slope every k steps.
        posterior_fakes: bool, one fake per two images; half of them from latents of images.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if a weight is negative or labels are missing or out of range.

    Example:
        >>> model = CVAECGAN.from_shape((28, 28, 1), num_classes=10)
        >>> model.compile()
        >>> model.fit(images, labels, epochs=20)  # float32 in [0, 1], whole numbers
        >>> model.classify(images), model.reconstruct(images, labels), model.generate(64, labels=3)

    Reference:
        Bao et al., CVAE-GAN: Fine-Grained Image Generation, 2017, arXiv:1703.10155;
        Odena et al., Image Synthesis with Auxiliary Classifier GANs, 2017, arXiv:1610.09585;
        Mescheder et al., Which Training Methods for GANs do actually Converge?, arXiv:1801.04406
    """

    scalars: tuple[str, ...] = (
        "real_loss", "fake_loss", "class_loss", "accuracy", "adversarial_loss", "fake_class_loss",
        "reconstruction_loss", "kl_loss", "leakage_loss",
    )  # fmt: skip
    headline = "loss", "reconstruction_loss", "accuracy"
    of_few = networks.few.SETTINGS

    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, discriminator: keras.Model,
        num_classes: int, likelihood: likelihoods.Likelihood | str = "bernoulli",
        beta: float = 0.4, beta_warmup: float = 0.0, leakage_weight: float = 20.0,
        elbo_weight: float | None = None, class_weight: float = 5.0, fake_class_weight: float = 0.5,
        label_smoothing: float = 0.05, r1_weight: float = 0.0, r1_interval: int = 8,
        posterior_fakes: bool = False, **options: Any,
    ):  # fmt: skip
        shape = decoder.outputs[0].shape[1:]
        likelihood = likelihoods.get(likelihood, shape)
        elbo_weight = losses.weight_of_sum(elbo_weight, shape, 784, usual=0.02)
        generator = [encoder, decoder, likelihood]
        players = {"discriminator": [discriminator], "generator": generator}
        if r1_weight:
            self.scalars = (*self.scalars, "r1_penalty")
        super().__init__(players, **options)
        checks.check_weights(
            beta=beta, beta_warmup=beta_warmup, leakage_weight=leakage_weight, r1_weight=r1_weight,
            elbo_weight=elbo_weight, class_weight=class_weight, fake_class_weight=fake_class_weight,
        )  # fmt: skip
        checks.check_flags(posterior_fakes=posterior_fakes)
        checks.check_number("label_smoothing", label_smoothing, 0.0, 0.5)
        self.encoder, self.decoder, self.discriminator = encoder, decoder, discriminator
        self.num_classes, self.likelihood = num_classes, likelihood
        self.beta, self.beta_warmup, self.elbo_weight = beta, beta_warmup, elbo_weight
        self.leakage_weight, self.label_smoothing = leakage_weight, label_smoothing
        self.class_weight, self.fake_class_weight = class_weight, fake_class_weight
        self.r1_weight, self.posterior_fakes = r1_weight, posterior_fakes
        (self.r1_interval,) = checks.check_sizes(r1_interval=r1_interval)

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(2e-3, beta_1=0.5)

    def call(
        self, inputs: tuple[Tensor, Tensor], training: bool = False
    ) -> tuple[Tensor, Tensor]:
        x, y = inputs
        mean, log_var = self.encoder([x, y], training=training)
        kl_loss = self.score("kl_loss", losses.kl_divergence(mean, log_var))
        leakage_loss = self.score("leakage_loss", losses.class_leakage(mean, y))
        beta = self.kl_weight("generator", training)
        cost = beta * kl_loss + self.leakage_weight * leakage_loss
        self.add_loss(self.elbo_weight * cost)
        z = self.sample(mean, log_var, training)
        return self.decoder([z, y], training=training), z

    def generate_fakes(self, z: Tensor, y: Tensor, training: bool) -> Tensor:
        """Fakes of the labels from the prior, or of half of them, and these half from ``z``."""
        drawn = self.noise(ops.shape(z), training)
        if self.posterior_fakes:
            quarter = (ops.shape(y)[0] + 3) // 4
            y = y[: 2 * quarter]
            both = ops.concatenate([ops.stop_gradient(z[:quarter]), drawn[:quarter]])
            drawn = both[: ops.shape(y)[0]]
        return self.likelihood.mean(self.decoder([drawn, y], training=training))

    def forward(
        self, inputs: tuple[Tensor, Tensor], training: bool
    ) -> tuple[Tensor, Tensor]:
        """Parameters of the reconstruction, and fakes, from one pass of encoder and decoder."""
        parameters, z = self(inputs, training=training)
        return parameters, self.generate_fakes(z, inputs[1], training)

    def discriminator_objective(
        self, x: Tensor, y: Tensor, fakes: Tensor, training: bool = True
    ) -> Tensor:
        real_logits, classes = self.judge(x, y, training)
        fake_logits, _ = self.judge(fakes, y, training)
        self.score("accuracy", losses.accuracy(y, classes))
        real_loss = losses.real_loss(real_logits, self.label_smoothing)
        real_loss = self.score("real_loss", real_loss)
        fake_loss = self.score("fake_loss", losses.fake_loss(fake_logits))
        class_loss = self.score("class_loss", losses.class_loss(y, classes))
        loss = real_loss + fake_loss + self.class_weight * class_loss
        if not self.r1_weight:
            return loss
        penalty = self.slope_penalty(
            lambda x: self.judge(x, y, training)[0], x, self.r1_interval, training
        )
        return loss + self.r1_weight * penalty

    def generator_objective(
        self, x: Tensor, y: Tensor, parameters: Tensor, fakes: Tensor, training: bool = True
    ) -> Tensor:  # fmt: skip
        nats = -self.likelihood.log_prob(x, parameters)
        nats = self.score("reconstruction_loss", nats)
        fake_logits, classes = self.judge(fakes, y, training)
        adversarial_loss = losses.generator_loss(fake_logits)
        adversarial_loss = self.score("adversarial_loss", adversarial_loss)
        missed = losses.class_loss(y[: ops.shape(fakes)[0]], classes)
        missed = self.score("fake_class_loss", missed)
        game = adversarial_loss + self.fake_class_weight * missed
        return self.elbo_weight * nats + game

    def train_step(self, data: Any) -> dict[str, Tensor]:
        x, y = self.unpack(data)
        parameters, fakes = self.share("generator", self.forward, (x, y))
        self.play("discriminator", self.discriminator_objective, x, y, fakes)
        self.play("generator", self.generator_objective, x, y, parameters, fakes)
        return self.results()

    def game_loss(self, logs: Tensors) -> Tensor:
        elbo_loss = logs["reconstruction_loss"] + self.beta * logs["kl_loss"]
        return self.elbo_weight * elbo_loss + logs["class_loss"]

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        # Without this entry, a file is from before it was an option.
        return super().from_config({"posterior_fakes": True, **config}, custom_objects)

    @classmethod
    def from_fields(
        cls, x: Numeric, y: Label, latent_dim: int = 32, width: int = 32,
        discriminator_width: int = 32, likelihood: likelihoods.Likelihood | str | None = None,
        dropout: float = 0.2, noise: float = 0.05, shift: float = 0.08, few: bool = False,
        ema_decay: float = 0.999, **options: Any,
    ) -> Self:  # fmt: skip
        """A CVAECGAN with default networks; ``few``: those of ``kgen.networks.few``."""
        checks.check_flags(few=few)
        likelihood, x = likelihoods.of(x, likelihood)
        made = networks.few if few else networks.many
        coded = x.shape, latent_dim, networks.Style(width), y.num_classes
        encoder, decoder = made.encoder(*coded), made.decoder(*coded)
        size = checks.check_sizes(discriminator_width=discriminator_width)
        judged = x.shape, y.num_classes, *size, dropout, noise, shift
        discriminator = made.auxiliary_discriminator(*judged)
        options = {"posterior_fakes": few, **options, "fields": {"x": x, "y": y}}
        given = encoder, decoder, discriminator, y.num_classes, likelihood
        return cls(*given, ema_decay=ema_decay, **options)
