from typing import Any, Self

import keras
from keras import ops

from kgen import checks, likelihoods, networks
from kgen.fields import Numeric
from kgen.models.autoencoders.vae import VAE
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Tybalt(VAE):
    """Tybalt: a VAE of gene expression; one layer of weights each way shows each feature's genes.

        loss = Σ over genes of H(x, f(z)) + β · KL(q(z|x) ‖ N(0, I)),   β = min(1, κ · epoch)

    H is the cross-entropy. Genes are scaled to [0, 1] by their range in the training data; new
    values outside that range are clipped to it. Mean and log-variance have BatchNorm. Every
    training step reads β from the count of epochs; validation uses ``beta``. The released code puts
    a ReLU on both heads, ``head="relu"``, which keeps them from being negative. With 5,000 genes
    the model has 1,506,000 parameters.

    Args:
        encoder, decoder, likelihood, beta, beta_warmup: as in ``VAE``.
        kappa: float > 0, κ, increase of β per epoch.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``kappa`` is not above 0, or as in ``VAE``.

    Example:
        >>> from kgen.fields import Vector
        >>> model = Tybalt.from_fields(x=Vector.of(table, "x").fitted(table))  # 5,000 genes
        >>> model.compile()
        >>> model.fit(table, batch_size=50, epochs=50)
        >>> latents = model.latents(table)

    Reference:
        Way & Greene, Extracting a Biologically Relevant Latent Space from Cancer Transcriptomes
        with Variational Autoencoders, 2018, doi:10.1142/9789813235533_0008, bioRxiv
        doi:10.1101/174474
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        likelihood: likelihoods.Likelihood | str = "bernoulli",
        beta: float = 1.0,
        beta_warmup: float = 0.0,
        kappa: float = 1.0,
        **options: Any,
    ):
        super().__init__(encoder, decoder, likelihood, beta, beta_warmup, **options)
        checks.check_positive(kappa=kappa)
        self.kappa = kappa

    def compile(
        self, optimizer: keras.optimizers.Optimizer | str | None = None, **options: Any
    ):
        """Sets the optimizer, by default Adam(5e-4); ``options`` as in ``keras.Model.compile``."""
        super().compile(optimizer or keras.optimizers.Adam(5e-4), **options)

    def kl_weight(self, player: str, training: bool) -> Tensor | float:
        """β; in training it grows by κ per epoch, up to ``beta``."""
        weight = super().kl_weight(player, training)
        if not training:
            return weight
        return weight * ops.minimum(
            1.0, self.kappa * ops.cast(self._epochs_trained.value, "float32")
        )

    @classmethod
    def from_fields(
        cls,
        x: Numeric,
        latent_dim: int = 100,
        width: int = 100,
        depth: int = 1,
        head: str = "linear",
        **options: Any,
    ) -> Self:
        """A Tybalt of one or two hidden layers, ``depth``; the first of two is ``width`` wide."""
        latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
        likelihood, x = likelihoods.of(x, "bernoulli")
        encoder = networks.tybalt_encoder(x.shape, latent_dim, width, depth, head)
        decoder = networks.dense_decoder(x.shape, latent_dim, width, depth=depth - 1)
        return cls(encoder, decoder, likelihood, fields={"x": x}, **options)
