import math
from typing import Any, Self

import keras
from keras import ops

from kgen import checks, likelihoods, losses, networks
from kgen.fields import Numeric
from kgen.models.autoencoders.vae import VAE
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class IWAE(VAE):
    """Importance-weighted autoencoder: a VAE whose bound on log p(x) tightens with more draws of z.

        loss = −E log 1/k Σ p(x|z_i) (p(z_i) / q(z_i|x))^β,   z_1 … z_k ~ q(z|x),   nats per value

    With k = 1 it is the VAE with a one-sample estimate of its KL divergence. The logarithm of a
    mean is not a sum of two terms: ``reconstruction_loss`` and ``kl_loss``, which are means over
    all draws, sum to the looser bound of k = 1.

    Args:
        encoder, decoder, likelihood, beta_warmup: as in ``VAE``.
        beta: float ≥ 0, exponent of p(z) / q(z|x); 1 makes the loss a bound.
        samples: int ≥ 1, k, latents drawn per value; a step costs as much as a step of a VAE with k
            times the batch size.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``samples`` is not a whole number of at least 1, or as in ``VAE``.

    Example:
        >>> model = IWAE.from_shape((28, 28, 1), samples=50)
        >>> model.compile()
        >>> model.fit(binary_images, epochs=100)  # 0 and 1 as float32, (n, 28, 28, 1)
        >>> kgen.metrics.importance_weighted_log_likelihood(model, binary_images, samples=5000)

    Reference:
        Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders, 2016, arXiv:1509.00519
    """

    scalars = (*VAE.scalars, "bound_loss")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        likelihood: likelihoods.Likelihood | str = "bernoulli",
        beta: float = 1.0,
        beta_warmup: float = 0.0,
        samples: int = 5,
        **options: Any,
    ):
        super().__init__(encoder, decoder, likelihood, beta, beta_warmup, **options)
        checks.check_sizes(samples=samples)
        self.samples = samples

    def call(self, inputs: Tensor, training: bool = False) -> tuple[Tensor, Tensor]:
        latents = self.encoder(inputs, training=training)
        mean, log_var = (ops.repeat(values, self.samples, axis=0) for values in latents)
        z = self.sample(mean, log_var, training)
        divergence = ops.reshape(losses.kl_sample(z, mean, log_var), (-1, self.samples))
        parameters = self.decoder(z, training=training)
        return ops.reshape(parameters, (-1, self.samples, *self.shape)), divergence

    def objective(self, x: Tensor, training: bool = True) -> Tensor:
        parameters, divergence = self(x, training=training)
        log_prob = self.likelihood.log_prob(ops.expand_dims(x, 1), parameters)
        self.score("reconstruction_loss", -ops.mean(log_prob, axis=1))
        self.score("kl_loss", ops.mean(divergence, axis=1))
        log_weights = log_prob - self.kl_weight("model", training) * divergence
        return self.score(
            "bound_loss", math.log(self.samples) - ops.logsumexp(log_weights, axis=1)
        )

    @classmethod
    def from_fields(
        cls,
        x: Numeric,
        latent_dim: int = 50,
        width: int = 200,
        likelihood: likelihoods.Likelihood | str | None = None,
        beta: float = 1.0,
        **options: Any,
    ) -> Self:
        """An IWAE with the paper's networks: two hidden layers of ``width`` tanh units."""
        latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
        likelihood, x = likelihoods.of(x, likelihood)
        size: dict[str, Any] = {
            "latent_dim": latent_dim,
            "width": width,
            "depth": 2,
            "activation": "tanh",
        }
        encoder = networks.dense_encoder(x.shape, **size)
        decoder = networks.dense_decoder(x.shape, **size)
        return cls(encoder, decoder, likelihood, beta, fields={"x": x}, **options)
