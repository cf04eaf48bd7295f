from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kgen.checks import check_same_length
from kgen.types import Array

LEAST, SHARE, FOLDS = 10, 1 / 3, 3


@dataclass(frozen=True)
class Concept:
    """A direction of the latent space along which values gain an attribute.

        z(s) = z + s d

    s = 1 leads, along d, from the mean of values without the attribute to the mean with it.

    Args:
        name: str, what the values gain, such as ``"slanted"``.
        direction: float array (latent_dim,), d.
        accuracy: float, how often a linear classifier tells the attribute from latents that it has
            not seen, both kinds weighted equally; ½ where the latents do not tell it.

    Example:
        >>> slanted = Concept.of_classifier("slanted", latents, outer_thirds(slant(images)))
        >>> moved = slanted.applied(latents[:1], [-1.0, 0.0, 1.0])
        >>> decoded(model, moved, labels[:1, None]).shape
        (1, 3, 28, 28, 1)

    Reference:
        White, Sampling Generative Networks, 2016, arXiv:1609.04468; Kim et al., Interpretability
        Beyond Feature Attribution, 2018, arXiv:1711.11279
    """

    name: str
    direction: np.ndarray
    accuracy: float

    @classmethod
    def of_means(cls, name: str, latents: Array, has: Array) -> Self:
        """The difference between the mean latents with and without the attribute.

        ``has`` is an array (n,): 1 with it, 0 without it, NaN for values that are left out.
        """
        latents, has = _known(name, latents, has)
        return cls(name, _difference(latents, has), _accuracy(latents, has))

    @classmethod
    def of_classifier(cls, name: str, latents: Array, has: Array) -> Self:
        """The normal of the plane by which a linear classifier tells the two kinds apart."""
        latents, has = _known(name, latents, has)
        scaler, classifier = (step for _, step in _classifier().fit(latents, has).steps)
        normal = classifier.coef_[0] / scaler.scale_
        normal /= np.linalg.norm(normal)
        return cls(
            name, _difference(latents, has) @ normal * normal, _accuracy(latents, has)
        )

    def control(self, seed: int = 0) -> "Concept":
        """A random direction of the same length: what also changes along it is not the concept."""
        drawn = np.random.default_rng(seed).standard_normal(self.direction.shape)
        length = np.linalg.norm(self.direction) / np.linalg.norm(drawn)
        return Concept(f"random instead of {self.name}", length * drawn, 0.5)

    def applied(self, latents: Array, strengths: Sequence[float]) -> Array:
        """Latents (n, len(strengths), latent_dim): each moved along d by each strength."""
        steps = np.asarray(strengths, "float64")[:, None] * self.direction
        return np.asarray(latents)[:, None] + steps


def outer_thirds(values: Array) -> Array:
    """1 for the upper third of measured values (n,), 0 for the lower one, NaN in between."""
    values = np.asarray(values, "float64")
    low, high = np.quantile(values, [SHARE, 1.0 - SHARE])
    has = np.full(len(values), np.nan)
    has[values >= high], has[values <= low] = 1.0, 0.0
    return has


def _known(name, latents, has):
    check_same_length(latents=latents, has=has)
    has = np.asarray(has, "float64")
    known = np.isfinite(has)
    latents = np.asarray(latents, "float64")[known]
    has = has[known] > 0.5
    with_it, without = int(has.sum()), int((~has).sum())
    if min(with_it, without) < LEAST:
        raise ValueError(
            f"The concept {name!r} has {with_it} values with it and {without} without; "
            f"it takes at least {LEAST} of each. Give more values."
        )
    return latents, has


def _difference(latents, has):
    return latents[has].mean(axis=0) - latents[~has].mean(axis=0)


def _classifier():
    return make_pipeline(
        StandardScaler(), LogisticRegression(max_iter=1000, class_weight="balanced")
    )


def _accuracy(latents, has):
    scores = cross_val_score(
        _classifier(), latents, has, cv=FOLDS, scoring="balanced_accuracy"
    )
    return float(scores.mean())
