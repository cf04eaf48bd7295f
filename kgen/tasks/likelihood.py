import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import keras
import numpy as np

from kgen.abilities import HasDensity
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.engine.state import layers_of
from kgen.fields import Image
from kgen.losses import kl_divergence
from kgen.metrics import Evidence, Unmeasurable, bits_per_dimension, independent_pixels
from kgen.metrics import importance_weighted_log_likelihood as bound
from kgen.tasks.study import Study
from kgen.tasks.task import Evidences, Task
from kgen.types import Arrays

LOOKED_AT = 256


class Likelihood(Task):
    """Evaluates the density of values: how probable test values are under the model."""

    needs = HasDensity
    lacking = "it draws values without a density that could be evaluated"
    groups = ("likelihood",)

    def expected(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[tuple[str, float, float, str]]:
        if model.epochs_trained or not model.fields["x"].standardised:
            return []
        part = split.subset(np.arange(min(LOOKED_AT, len(split))))
        reconstruction, divergence = _losses(model, part["x"], part.labels)
        kernels = _penalised(model)
        found, drawn = sum(map(_penalty, kernels)), sum(map(_expected_penalty, kernels))
        return [
            (
                "reconstruction_loss",
                reconstruction,
                _said_of_nothing(model, part),
                "the decoder says 0",
            ),
            ("kl_loss", divergence, 0.0, "latents say nothing"),
            ("penalty", found, drawn, "weights as they are drawn"),
        ]

    def facts(self, study: Study) -> dict[str, Any]:
        likelihood = type(study.model.likelihood).__name__
        return {
            "latents": study.settings.latents,
            "pixels": f"{_pixels(study.seen)} {likelihood}",
        }

    def evidence(self, study: Study) -> Evidences:
        model, test, latents = study.model, study.test, study.settings.latents
        own = Evidence(
            parts=lambda _: model.evaluate(test.ordered(), verbose=0, return_dict=True),
            elbo=lambda own: (
                -own["parts"]["reconstruction_loss"] - own["parts"]["kl_loss"]
            ),
            log_likelihood=lambda _: _bound(model, test["x"], test.labels, latents),
            bits_per_dimension=lambda own: _bits(
                model, test, own["log_likelihood"], latents
            ),
        )
        return own, None, _coins(study) if self.is_of_coins(model) else None

    @staticmethod
    def is_of_coins(model: GenerativeModel) -> bool:
        """Whether the density is that of pixels which are 0 or 1."""
        return model.gives_probabilities

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._log_likelihood_is_finite, model, values)

    @staticmethod
    def _log_likelihood_is_finite(model, values):
        x = values["x"]
        labels = model.asked(values.get("y"))
        log_likelihood = model.log_likelihood(x, model.latents(x, labels), labels)
        assert log_likelihood.shape == (len(x),) and np.isfinite(log_likelihood).all()


def _pixels(seen):
    """How the pixels were binarised, or else their kind; likelihoods depend on it."""
    if seen.drawn != "none":
        return seen.drawn
    if not isinstance(seen.fields["x"], Image):
        return seen.fields["x"].noun
    return "binary" if seen.test.binary else "grey"


def _bound(model, x, y, latents, kind="test values"):
    print(
        f"Importance-weighted likelihood of {len(x)} {kind}, {latents} latents each",
        flush=True,
    )
    return float(bound(model, x, y, latents).mean())


def _coins(study):
    """The likelihood of independent Bernoulli pixels."""
    scaled, test = study.model.fields["x"].scaled, study.test
    nats = float(independent_pixels(scaled(study.train["x"]), scaled(test["x"])).mean())
    parts = {"elbo": lambda _: nats, "log_likelihood": lambda _: nats}
    if test.binary:
        parts["bits_per_dimension"] = lambda _: (
            -bits_per_dimension(nats, study.model.shape)
        )
    return Evidence(**parts)


def _bits(model, test, nats, latents):
    if not Likelihood.is_of_coins(model):
        return _bits_of_levels(model, test, latents)
    if not test.binary:
        raise Unmeasurable(
            "a Bernoulli likelihood is no density of grey pixels; "
            "train with binarisation or a density"
        )
    return -bits_per_dimension(nats, model.shape)


def _bits_of_levels(model, test, latents):
    x = model.fields["x"]
    if test["x"].dtype.kind not in "iu" or np.ndim(x.low):
        raise Unmeasurable(
            "values that are no whole numbers of one range have no levels "
            "that bits could tell apart"
        )
    # A density may grow without bound at the levels. Noise that spreads each level over its cell
    # turns it into a probability.
    width = x.high - x.low
    spread = np.random.default_rng(0).random(test["x"].shape, dtype="float32")
    low, share = np.float32(x.low), np.float32(width / (width + 1))
    between = low + (test["x"] - low + spread) * share
    nats = _bound(
        model, between, test.labels, latents, "test values spread over their levels"
    )
    least, greatest = x.limits
    return float(
        np.log2((width + 1) / (greatest - least))
        - bits_per_dimension(nats, model.shape)
    )


def _losses(model, x, y):
    mean, log_var = model.encode(x, y)
    noise = np.random.default_rng(0).standard_normal(mean.shape, dtype="float32")
    z = mean + np.exp(0.5 * log_var) * noise
    divergence = keras.ops.convert_to_numpy(kl_divergence(mean, log_var))
    return -float(model.log_likelihood(x, z, y).mean()), float(divergence.mean())


def _said_of_nothing(model, part):
    # Drawn from N(0, 1), not from the data: a wrong standardisation shows as a difference.
    x = np.random.default_rng(0).standard_normal(part["x"].shape, dtype="float32")
    log_prob = model.likelihood.log_prob(x, np.zeros_like(x))
    return -float(np.mean(keras.ops.convert_to_numpy(log_prob)))


def _penalised(model):
    return [
        layer
        for layer in layers_of(model.players)
        if layer.get_config().get("kernel_regularizer")
    ]


def _penalty(layer):
    return float(layer.kernel_regularizer(layer.kernel))


def _expected_penalty(layer):
    # Glorot & Bengio initialise weights uniformly between −limit and limit.
    shape, penalty = layer.kernel.shape, layer.kernel_regularizer
    limit = math.sqrt(6.0 / (math.prod(shape[:-2]) * (shape[-2] + shape[-1])))
    return math.prod(shape) * float(penalty.l1 * limit / 2 + penalty.l2 * limit**2 / 3)
