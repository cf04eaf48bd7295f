from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen import checks, likelihoods, losses
from kgen.abilities import Infers, Perturbs
from kgen.engine import GenerativeModel
from kgen.fields import Field
from kgen.types import Tensor


class Perturbation(Perturbs, Infers, GenerativeModel):
    """Base of the models of pairs: a value x before a treatment and the value ``after`` it.

        p(x1|z1) p(x2|z2) p(z2|z1),   p(z2|z1) = N(z1 + W z1 + b, exp(V z1 + c))
        q(z|x) is the same for x1 and x2

    A pair is, for example, the expression of a cell line without and with a drug. p(z2|z1) is the
    effect of the treatment; its mean starts at z1. Two terms draw it towards x2:
    KL(q(z2|x2) ‖ p(z2|z1)), and the error of x2 decoded from a draw of it. A KL divergence counts
    as at least ``free_bits``, so the model does not give up latents early. Noise is added to the
    encoder's input, never to the target. Both values are scaled by the statistics of x.

    Args:
        encoder: built model, scaled values (n, …) to ``mean`` and ``log_var`` (n, latent_dim).
        decoder: built model, latents (n, latent_dim) to likelihood parameters in the values' shape.
        transition: built model, latents before the treatment to ``mean`` and ``log_var`` after it.
        likelihood: a ``kgen.likelihoods.Likelihood`` or its name.
        more: list of further networks.
        free_bits: float ≥ 0, nats; each KL divergence of a value counts as at least this much.
        perturbation_weight: float ≥ 0, weight of −log p(x2|z), z ~ p(z2|z1).
        noise_level: float ≥ 0, standard deviation of the noise, in units of the scaled values.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.
    """

    scalars: tuple[str, ...] = (
        "reconstruction_loss",
        "kl_loss",
        "transition_loss",
        "perturbation_loss",
    )
    headline = ("loss", "reconstruction_loss", "perturbation_loss")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        transition: keras.Model,
        likelihood: likelihoods.Likelihood | str,
        more: Sequence[keras.Layer],
        free_bits: float,
        perturbation_weight: float,
        noise_level: float,
        **options: Any,
    ):
        likelihood = likelihoods.get(likelihood, decoder.outputs[0].shape[1:])
        super().__init__(
            {"model": [encoder, decoder, transition, likelihood, *more]}, **options
        )
        weights = {
            "perturbation_weight": perturbation_weight,
            "noise_level": noise_level,
        }
        checks.check_weights(free_bits=free_bits, **weights)
        self.encoder, self.decoder, self.transition = encoder, decoder, transition
        self.likelihood, self.free_bits = likelihood, free_bits
        self.perturbation_weight, self.noise_level = perturbation_weight, noise_level

    def own_fields(self) -> dict[str, Field]:
        (x,) = super().own_fields().values()
        return {"x": x, "after": x}

    def compile(
        self, optimizer: keras.optimizers.Optimizer | str | None = None, **options: Any
    ):
        """Sets the optimizer, by default Adam(5e-4); ``options`` as in ``keras.Model.compile``."""
        super().compile(optimizer or keras.optimizers.Adam(5e-4), **options)

    @property
    def generator(self) -> keras.Model:
        """The decoder."""
        return self.decoder

    def draw(self, z: Tensor) -> Tensor:
        return self.likelihood.mean(self.decoder(z, training=False))

    def moved(self, z: Tensor) -> Tensor:
        return self.transition(z, training=False)[0]

    def translated(self, values: Tensor, to: str) -> Tensor:
        return self.draw(self.moved(self.latent(values)))

    def call(
        self, inputs: Sequence[Tensor], training: bool = False
    ) -> list[Sequence[Tensor]]:
        """q(z1|x1) and q(z2|x2), each as mean and log-variance."""
        return [
            self.encoder(self.noisy(values, training), training=training)
            for values in inputs
        ]

    def noisy(self, x: Tensor, training: bool) -> Tensor:
        """The encoder's input: the values, with noise in training."""
        if not (training and self.noise_level):
            return x
        return x + self.noise_level * self.noise(ops.shape(x), training)

    def floored(self, divergence: Tensor) -> Tensor:
        """KL divergences (n,), each raised to at least the free bits."""
        return ops.maximum(divergence, self.free_bits)

    def surprise(self, x: Tensor, z: Tensor, training: bool) -> Tensor:
        """−log p(x|z), nats per value."""
        return -self.likelihood.log_prob(x, self.decoder(z, training=training))

    def pair_loss(
        self,
        x: Tensor,
        after: Tensor,
        latents: Sequence[Tensor],
        later: Sequence[Tensor],
        training: bool,
    ) -> Tensor:
        """The loss of a pair without z1's prior; ``latents`` are z1, z2, ``later`` is q(z2|x2)."""
        moved = self.transition(latents[0], training=training)
        seen = self.surprise(x, latents[0], training) + self.surprise(
            after, latents[1], training
        )
        foreseen = self.surprise(
            after, self.sample(moved[0], moved[1], training), training
        )
        transition = self.floored(losses.kl_between(*later, *moved))
        loss = self.score("reconstruction_loss", seen) + self.score(
            "transition_loss", transition
        )
        return loss + self.perturbation_weight * self.score(
            "perturbation_loss", foreseen
        )

    def train_step(self, data: Any) -> dict[str, Tensor]:
        self.play("model", self.objective, *self.unpack(data))
        return self.results()
