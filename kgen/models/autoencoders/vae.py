from typing import Any, Self

import keras

from kgen import checks, likelihoods, networks
from kgen.abilities import HasDensity
from kgen.engine import GenerativeModel
from kgen.fields import Numeric
from kgen.losses import kl_divergence
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class VAE(HasDensity, GenerativeModel):
    """Variational autoencoder, and with ``beta`` other than 1 the β-VAE.

        loss = −E_q(z|x) log p(x|z) + β · KL(q(z|x) ‖ N(0, I)),   nats per value

    Args:
        encoder: built model, scaled values (n, …) to ``mean`` and ``log_var`` (n, latent_dim).
        decoder: built model, latents (n, latent_dim) to likelihood parameters in the values' shape.
        likelihood: a ``kgen.likelihoods.Likelihood`` or its name.
        beta: float ≥ 0, weight of the KL divergence; 1 gives the negative evidence lower bound.
        beta_warmup: float ≥ 0, training steps over which β rises from 0; validation uses ``beta``.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``beta`` or ``beta_warmup`` is negative or the likelihood has no such name.

    Example:
        >>> model = VAE.from_shape((28, 28, 1), latent_dim=16)
        >>> model.compile()
        >>> model.fit(images, epochs=20)  # float32 in [0, 1], (n, 28, 28, 1)
        >>> model.generate(64).shape
        (64, 28, 28, 1)

    Reference:
        Kingma & Welling, Auto-Encoding Variational Bayes, 2014, arXiv:1312.6114;
        Higgins et al., β-VAE, ICLR 2017
    """

    scalars: tuple[str, ...] = ("reconstruction_loss", "kl_loss")
    headline = ("loss", "reconstruction_loss", "kl_loss")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        likelihood: likelihoods.Likelihood | str = "bernoulli",
        beta: float = 1.0,
        beta_warmup: float = 0.0,
        **options: Any,
    ):
        likelihood = likelihoods.get(likelihood, decoder.outputs[0].shape[1:])
        super().__init__({"model": [encoder, decoder, likelihood]}, **options)
        checks.check_weights(beta=beta, beta_warmup=beta_warmup)
        self.encoder, self.decoder, self.likelihood = encoder, decoder, likelihood
        self.beta, self.beta_warmup = beta, beta_warmup

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        mean, log_var = self.encoder(inputs, training=training)
        self.add_loss(
            self.kl_weight("model", training)
            * self.score("kl_loss", kl_divergence(mean, log_var))
        )
        return self.decoder(self.sample(mean, log_var, training), training=training)

    def objective(self, x: Tensor, training: bool = True) -> Tensor:
        parameters = self(x, training=training)
        return self.score(
            "reconstruction_loss", -self.likelihood.log_prob(x, parameters)
        )

    def train_step(self, data: Any) -> dict[str, Tensor]:
        self.play("model", self.objective, *self.unpack(data))
        return self.results()

    @classmethod
    def from_fields(
        cls, x: Numeric, latent_dim: int = 16, width: int = 32,
        likelihood: likelihoods.Likelihood | str | None = None, beta: float = 1.0,
        activation: str = "relu", normalised: bool = False, convolutions: int = 1, l1: float = 0.0,
        l2: float = 0.0, **options: Any,
    ) -> Self:  # fmt: skip
        """A VAE for a field of any kind, by default with the field's own likelihood.

        Layers have BatchNorm if ``normalised``; each resolution has ``convolutions`` of them.
        ``l1`` and ``l2`` weigh penalties on all kernels in the loss.
        """
        likelihood, x = likelihoods.of(x, likelihood)
        checks.check_flags(normalised=normalised)
        style = networks.Style(width, activation, normalised, convolutions, l1, l2)
        encoder = networks.encoder(x.shape, latent_dim, style)
        decoder = networks.decoder(x.shape, latent_dim, style)
        return cls(encoder, decoder, likelihood, beta, fields={"x": x}, **options)
