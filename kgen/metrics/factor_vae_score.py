import warnings

import numpy as np

from kgen.checks import check_sizes
from kgen.metrics.active_units import is_active
from kgen.metrics.checks import Unmeasurable, check_factors
from kgen.types import Array

MOST_NUMBERS = 4_000_000  # latent values held at a time


def factor_vae_score(
    latents: Array,
    factors: Array,
    seed: int = 0,
    batch: int = 64,
    train_votes: int = 10_000,
    eval_votes: int = 5_000,
) -> float:
    """How well the latent variable of least variance reveals which factor is fixed; at most 1.

        vote = (argmin_j Var(z_j | v_k = v) / Var(z_j), k),   k uniform, v as often as in the data

    A majority vote of ``train_votes`` assigns a factor to each latent variable; the score is the
    share of ``eval_votes`` that agree. Latent variables with a variance of at most 0.01 have
    collapsed and are left out. The true factors used as latents score 1, noise scores 1/K.

    Args:
        latents: float array (n, latent_dim) of means, the pool of the batches; 10,000 usually.
        factors: array (n, K) of whole numbers, from which each sample was made.
        seed: int.
        batch: int, samples per vote, drawn with replacement, that share the value of the factor.
        train_votes: int.
        eval_votes: int.

    Raises:
        ValueError: if latents or factors are not finite or differ in number, if a factor is not
            whole or never varies, or if a value of a factor has fewer samples than ``batch``.

    Example:
        >>> factor_vae_score(model.encode(split["x"])[0], split.facts["factors"])

    Reference:
        Kim & Mnih, Disentangling by Factorising, 2018, section 4, arXiv:1802.05983
    """
    check_sizes(batch=batch, train_votes=train_votes, eval_votes=eval_votes)
    latents, levels = check_factors(latents, factors)
    _check_enough(levels, batch)
    latents = latents[:, is_active(latents)]
    if not latents.shape[1]:
        warnings.warn(
            "All latents have collapsed to a constant: the FactorVAE score is that of chance.",
            stacklevel=2,
        )
        return 1.0 / len(levels)
    random = np.random.default_rng(seed)
    latents = latents / latents.std(axis=0)
    train = _votes(latents, levels, random, batch, train_votes)
    evaluated = _votes(latents, levels, random, batch, eval_votes)
    agreeing = np.take_along_axis(evaluated, train.argmax(axis=1)[:, None], axis=1)
    return float(agreeing.sum() / eval_votes)


def _check_enough(factors, batch):
    for number, factor in enumerate(factors):
        least = np.bincount(factor).min()
        if least < batch:
            raise Unmeasurable(
                f"factors has only {least} rows of one value in column {number}; "
                f"at least batch={batch} are needed. "
                "Take more samples, merge rare values or take a smaller batch."
            )


def _votes(latents, factors, random, batch, count):
    """How often each latent variable varied least for each fixed factor, (latent_dim, factors)."""
    counts = random.multinomial(count, np.full(len(factors), 1.0 / len(factors)))
    votes = []
    for factor, count_of_factor in zip(factors, counts, strict=True):
        votes.append(_votes_for(latents, factor, count_of_factor, random, batch))
    return np.stack(votes, axis=1)


def _votes_for(latents, factor, count, random, batch):
    order = np.argsort(factor)
    ends = np.cumsum(np.bincount(factor))
    starts = np.concatenate([[0], ends])
    values = factor[random.integers(len(factor), size=count)]
    drawn = order[random.integers(starts[values], ends[values], size=(batch, count))]
    parts = np.array_split(
        drawn, drawn.size * latents.shape[1] // MOST_NUMBERS + 1, axis=1
    )
    least = np.concatenate([latents[part].var(axis=0).argmin(axis=1) for part in parts])
    return np.bincount(least, minlength=latents.shape[1])
