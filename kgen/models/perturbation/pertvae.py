from typing import Any, Self

import keras

from kgen import likelihoods, losses, networks
from kgen.abilities import HasDensity
from kgen.fields import Numeric
from kgen.models.perturbation.perturbation import Perturbation
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class PertVAE(HasDensity, Perturbation):
    """PertVAE: a VAE of pairs that learns the effect of a drug on the latents.

        loss = −log p(x1|z1) − log p(x2|z2) + KL(q(z1|x1) ‖ N(0, I)) + KL(q(z2|x2) ‖ p(z2|z1))
               − w log p(x2|z̃2),   nats per pair
        z1 ~ q(z1|x1),   z2 ~ q(z2|x2),   z̃2 ~ p(z2|z1)

    One model describes one drug, as in the paper.

    Args:
        encoder, decoder, transition, likelihood, free_bits, noise_level: as in
            ``kgen.models.perturbation.perturbation.Perturbation``.
        perturbation_weight: float ≥ 0, w.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if a weight is negative, or the fields have different shapes.

    Example:
        >>> model = PertVAE.from_fields(**dataset.fields)  # x and after
        >>> model.compile()
        >>> model.fit({"x": before, "after": after}, epochs=300)
        >>> model.translate(untreated, to="after").shape == untreated.shape
        True

    Reference:
        Rampášek et al., Dr.VAE: improving drug response prediction via modeling of drug
        perturbation effects, 2019, doi:10.1093/bioinformatics/btz158, arXiv:1706.08203
    """

    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, transition: keras.Model,
        likelihood: likelihoods.Likelihood | str = "gaussian", free_bits: float = 2.0,
        perturbation_weight: float = 0.05, noise_level: float = 0.1, **options: Any,
    ):  # fmt: skip
        weights = free_bits, perturbation_weight, noise_level
        super().__init__(
            encoder, decoder, transition, likelihood, [], *weights, **options
        )

    def objective(self, x: Tensor, after: Tensor, training: bool = True) -> Tensor:
        before, later = self((x, after), training=training)
        latents = [
            self.sample(mean, log_var, training) for mean, log_var in (before, later)
        ]
        divergence = self.floored(losses.kl_divergence(*before))
        return self.score("kl_loss", divergence) + self.pair_loss(
            x, after, latents, later, training
        )

    @classmethod
    def from_fields(
        cls,
        x: Numeric,
        after: Numeric,
        latent_dim: int = 50,
        width: int = 200,
        likelihood: likelihoods.Likelihood | str | None = None,
        l2: float = 0.025,
        **options: Any,
    ) -> Self:
        """A PertVAE with the paper's networks; ``l2`` weighs a penalty on all kernels."""
        likelihood, x = likelihoods.of(x, likelihood)
        parts = networks.pair_networks(x, after, latent_dim, width, l2)
        return cls(*parts, likelihood, fields={"x": x, "after": x}, **options)
