from collections.abc import Sequence
from typing import Any, Self

import keras
import numpy as np
from keras import ops

from kgen import checks, likelihoods, losses, networks
from kgen.abilities import Responds
from kgen.fields import Field, Label, Numeric, PartialLabel
from kgen.models.perturbation.perturbation import Perturbation
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class DrVAE(Responds, Perturbation):
    """Dr.VAE: a VAE of pairs before and after a drug that also predicts the response y to it.

        p(z3) p(y) p(z1|z3, y) p(z2|z1) p(x1|z1) p(x2|z2),   p(y) uniform
        loss = −log p(x1|z1) − log p(x2|z2) + KL(q(z2|x2) ‖ p(z2|z1))
               − w log p(x2|z̃2) − c log q(y|z1, μ2 − z1)
               + Σ_y w_y (KL(q(z3|z1, y) ‖ N(0, I)) + KL(q(z1|x1) ‖ p(z1|z3, y))
                          + log (w_y / p(y))),   nats per pair

    z̃2 ~ p(z2|z1), and μ2 is its mean: the response is predicted from the value before the drug
    alone. A known response has w_y = 1. An unknown one is summed out with
    w_y = q(y|z1, μ2 − z1) and has no cross-entropy term. One model describes one drug, as in the
    paper.

    Args:
        encoder, decoder, transition, likelihood, free_bits, perturbation_weight, noise_level: as in
            ``PertVAE``.
        upper_encoder: built model, z1 (n, latent_dim) and labels (n,) to ``mean`` and ``log_var``
            of z3.
        upper_decoder: built model, z3 and labels to ``mean`` and ``log_var`` of z1.
        classifier: built model, z1 and its change by the drug, (n, 2 latent_dim), to logits
            (n, classes).
        class_weight: float ≥ 0, c.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if a weight is negative, or the fields have different shapes.

    Example:
        >>> model = DrVAE.from_fields(**dataset.fields)  # x, after, and the response y
        >>> model.compile()
        >>> model.fit({"x": before, "after": after, "y": response}, epochs=300)  # −1: not known
        >>> model.classify(untreated), model.translate(untreated, to="after")

    Reference:
        Rampášek et al., Dr.VAE: improving drug response prediction via modeling of drug
        perturbation effects, 2019, doi:10.1093/bioinformatics/btz158, arXiv:1706.08203
    """

    scalars = (*Perturbation.scalars, "class_loss")
    headline = ("loss", "perturbation_loss", "class_loss")

    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, transition: keras.Model,
        upper_encoder: keras.Model, upper_decoder: keras.Model, classifier: keras.Model,
        likelihood: likelihoods.Likelihood | str = "gaussian", free_bits: float = 2.0,
        perturbation_weight: float = 0.05, noise_level: float = 0.1, class_weight: float = 50.0,
        **options: Any,
    ):  # fmt: skip
        more = [upper_encoder, upper_decoder, classifier]
        weights = (free_bits, perturbation_weight, noise_level)
        super().__init__(
            encoder, decoder, transition, likelihood, more, *weights, **options
        )
        checks.check_weights(class_weight=class_weight)
        self.upper_encoder, self.upper_decoder, self.classifier = more
        self.class_weight, self.num_classes = (
            class_weight,
            classifier.outputs[0].shape[-1],
        )

    def own_fields(self) -> dict[str, Field]:
        return {**super().own_fields(), "y": PartialLabel(self.num_classes)}

    def class_logits(self, x: Tensor) -> Tensor:
        return self.response(self.latent(x))

    def response(self, z: Tensor, training: bool = False) -> Tensor:
        """Logits of the response, given latents before the drug."""
        return self.classifier(self.change(z, training), training=training)

    def change(self, z: Tensor, training: bool = False) -> Tensor:
        """Latents before the drug, concatenated with their change by the drug."""
        return ops.concatenate(
            [z, self.transition(z, training=training)[0] - z], axis=-1
        )

    def objective(
        self, x: Tensor, after: Tensor, y: Tensor, training: bool = True
    ) -> Tensor:
        before, later = self((x, after), training=training)
        latents = [
            self.sample(mean, log_var, training) for mean, log_var in (before, later)
        ]
        logits = self.response(latents[0], training)
        labels = range(self.num_classes)
        priors = [
            self.prior_loss(before, latents[0], label, training) for label in labels
        ]
        loss = self.score(
            "kl_loss", self.summed_out(ops.stack(priors, axis=-1), y, logits)
        )
        loss += self.class_weight * self.score("class_loss", self.known_loss(y, logits))
        return loss + self.pair_loss(x, after, latents, later, training)

    def prior_loss(
        self, before: Sequence[Tensor], z: Tensor, label: int, training: bool
    ) -> Tensor:
        """The KL divergences of z1 and z3 if the response is ``label``, nats per value."""
        labels = ops.full(ops.shape(z)[:1], label, dtype="int32")
        mean, log_var = self.upper_encoder([z, labels], training=training)
        top = self.sample(mean, log_var, training)
        prior = self.upper_decoder([top, labels], training=training)
        own = losses.kl_between(*before, *prior)
        return self.floored(own) + self.floored(losses.kl_divergence(mean, log_var))

    def summed_out(self, costs: Tensor, y: Tensor, logits: Tensor) -> Tensor:
        """The costs of the known response, or their mean under q(y) plus KL(q(y) ‖ p(y))."""
        known = ops.one_hot(y, self.num_classes)  # all 0 for −1
        logs = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
        guessed = ops.exp(logs) * (costs + logs)
        unknown = ops.cast(y < 0, "float32")
        return (
            ops.sum(known * costs, axis=-1)
            + unknown * ops.sum(guessed, axis=-1)
            + np.log(self.num_classes)
        )

    def known_loss(self, y: Tensor, logits: Tensor) -> Tensor:
        """−log q(y) for known responses, 0 for unknown ones."""
        return ops.where(y < 0, 0.0, losses.class_loss(ops.maximum(y, 0), logits))

    def _latents(self, n, seed):
        # z3 comes first: z1 is not distributed as N(0, I).
        random = self._random(seed)
        labels = random.integers(0, self.num_classes, n).astype("int32")
        top = random.standard_normal((n, self.latent_dim), dtype="float32")
        mean, log_var = self.in_batches(self._prior, z=top, y=labels)
        return mean + np.exp(0.5 * log_var) * random.standard_normal(
            mean.shape, dtype="float32"
        )

    def _prior(self, z, y):
        return self.upper_decoder([z, y], training=False)

    @classmethod
    def from_fields(
        cls, x: Numeric, after: Numeric, y: Label | PartialLabel, latent_dim: int = 50,
        width: int = 200, likelihood: likelihoods.Likelihood | str | None = None, l2: float = 0.025,
        **options: Any,
    ) -> Self:  # fmt: skip
        """A Dr.VAE with the paper's networks; ``l2`` weighs a penalty on all kernels."""
        likelihood, x = likelihoods.of(x, likelihood)
        parts = networks.pair_networks(x, after, latent_dim, width, l2)
        upper = networks.response_networks(latent_dim, width, y.num_classes, l2)
        return cls(
            *parts, *upper, likelihood, fields={"x": x, "after": x, "y": y}, **options
        )
