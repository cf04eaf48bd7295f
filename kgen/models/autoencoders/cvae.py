from collections.abc import Sequence
from typing import Any, Self

import keras

from kgen import checks, likelihoods, networks
from kgen.abilities import Conditional
from kgen.fields import Label, Numeric
from kgen.losses import kl_divergence
from kgen.models.autoencoders.vae import VAE
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class CVAE(Conditional, VAE):
    """Conditional variational autoencoder: encoder and decoder read the label; z need not hold it.

        loss = −E_q(z|x,y) log p(x|z, y) + β · KL(q(z|x, y) ‖ N(0, I)),   nats per value

    Args:
        encoder: built model, scaled values (n, …) and labels (n,) to ``mean`` and ``log_var``.
        decoder: built model, latents (n, latent_dim) and labels (n,) to likelihood parameters.
        num_classes: int ≥ 1, K; labels are whole numbers from 0 to K − 1.
        likelihood: a ``kgen.likelihoods.Likelihood`` or its name.
        beta: float ≥ 0, weight of the KL divergence.
        beta_warmup: float ≥ 0, training steps over which β rises from 0; validation uses ``beta``.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``beta`` or ``beta_warmup`` is negative, the likelihood has no such name, or
            labels are missing or out of range.

    Example:
        >>> model = CVAE.from_shape((28, 28, 1), num_classes=10)
        >>> model.compile()
        >>> model.fit(images, labels, epochs=20)  # float32 in [0, 1], whole numbers
        >>> model.generate(64, labels=3).shape
        (64, 28, 28, 1)

    Reference:
        Sohn, Lee & Yan, Learning Structured Output Representation using Deep Conditional Generative
        Models, 2015;
        Kingma et al., Semi-Supervised Learning with Deep Generative Models, 2014, arXiv:1406.5298
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        num_classes: int,
        likelihood: likelihoods.Likelihood | str = "bernoulli",
        beta: float = 1.0,
        beta_warmup: float = 0.0,
        **options: Any,
    ):
        super().__init__(encoder, decoder, likelihood, beta, beta_warmup, **options)
        checks.check_sizes(num_classes=num_classes)
        self.num_classes = num_classes

    def call(self, inputs: Sequence[Tensor], training: bool = False) -> Tensor:
        x, y = inputs
        mean, log_var = self.encoder([x, y], training=training)
        self.add_loss(
            self.kl_weight("model", training)
            * self.score("kl_loss", kl_divergence(mean, log_var))
        )
        return self.decoder(
            [self.sample(mean, log_var, training), y], training=training
        )

    def objective(self, x: Tensor, y: Tensor, training: bool = True) -> Tensor:
        parameters = self((x, y), training=training)
        return self.score(
            "reconstruction_loss", -self.likelihood.log_prob(x, parameters)
        )

    @classmethod
    def from_fields(
        cls,
        x: Numeric,
        y: Label,
        latent_dim: int = 16,
        width: int = 32,
        likelihood: likelihoods.Likelihood | str | None = None,
        beta: float = 1.0,
        **options: Any,
    ) -> Self:
        """A CVAE for a field of any kind and its labels; the default likelihood is the field's."""
        likelihood, x = likelihoods.of(x, likelihood)
        style, classes = networks.Style(width), y.num_classes
        encoder = networks.encoder(x.shape, latent_dim, style, classes)
        decoder = networks.decoder(x.shape, latent_dim, style, classes)
        return cls(
            encoder,
            decoder,
            classes,
            likelihood,
            beta,
            fields={"x": x, "y": y},
            **options,
        )
