"""What single latents tell: about groups of values, and about the numbers of the values."""

from typing import NamedTuple

import numpy as np
from scipy.stats import mannwhitneyu

from kgen import checks
from kgen.engine import GenerativeModel
from kgen.latent.decoding import decoded
from kgen.types import Array

FEWEST = 3  # values of a group and of the others
STEP = (
    0.1  # standard deviations of a feature over which the slope of the decoder is taken
)
TAIL = 2.5  # standard deviations of the weights of a feature


class Telling(NamedTuple):
    """How well each feature (k,) tells a group of values from the others.

    Args:
        auroc: how often a value of the group has more of the feature than another value; ½ where
            it tells nothing.
        p: of the two-sided Mann–Whitney test.
        corrected: p times the number of features, at most 1 (Bonferroni).
    """

    auroc: np.ndarray
    p: np.ndarray
    corrected: np.ndarray


def telling(latents: Array, has: Array) -> Telling:
    """The ``Telling`` of latents (n, latent_dim) for a group; ``has`` (n,) marks its values.

    Reference:
        Mann & Whitney, On a test of whether one of two random variables is stochastically larger
        than the other, 1947
    """
    checks.check_same_length(latents=latents, has=has)
    latents, has = np.asarray(latents, "float64"), np.asarray(has, bool)
    if min(has.sum(), (~has).sum()) < FEWEST:
        raise ValueError(
            f"The group has {checks.counted(has.sum(), 'value')} "
            f"and there are {(~has).sum()} others; at least {FEWEST} of each are needed."
        )
    found = mannwhitneyu(latents[has], latents[~has], axis=0)
    auroc = found.statistic / (has.sum() * (~has).sum())
    p = np.where(np.ptp(latents, axis=0) > 0, found.pvalue, 1.0)
    return Telling(auroc, p, np.minimum(1.0, p * latents.shape[1]))


def decoder_weights(
    model: GenerativeModel, latents: Array, labels: Array | None = None
) -> Array:
    """The mean slope of the decoder over some latents, (latent_dim, features), of scaled values.

        J_kj = mean over z of (x_j(z + h_k e_k) − x_j(z − h_k e_k)) / 2 h_k
        h_k = 0.1 standard deviations of z_k

    For a linear decoder these are its weights.
    """
    latents = np.asarray(latents, "float32")
    steps = STEP * np.maximum(latents.std(axis=0), np.finfo("float32").tiny)
    field = model.fields["x"]
    rows = []
    for unit, step in enumerate(np.where(latents.std(axis=0) > 0, steps, STEP)):
        ends = np.repeat(latents[None], 2, axis=0)
        ends[0, :, unit] += step
        ends[1, :, unit] -= step
        width = (ends[0, :, unit] - ends[1, :, unit])[:, None]
        up, down = (
            field.scaled(decoded(model, end, labels)).reshape(len(latents), -1)
            for end in ends
        )
        rows.append(np.mean((up - down) / width, axis=0))
    return np.stack(rows)


def tails(weights: Array, deviations: float = TAIL) -> tuple[Array, Array]:
    """The places of weights (features,) far above and far below their mean, farthest first.

    Far is more than ``deviations`` standard deviations.
    """
    weights = np.asarray(weights, "float64")
    spread = weights.std()
    scores = (weights - weights.mean()) / (spread if spread > 0 else 1.0)
    order = np.argsort(-scores, kind="stable")
    return order[scores[order] > deviations], order[::-1][
        scores[order[::-1]] < -deviations
    ]
