import numpy as np
from scipy.special import rel_entr
from scipy.stats import entropy

from kgen.checks import check_sizes
from kgen.metrics.checks import check_enough, check_factors
from kgen.types import Array


def mutual_information_gap(latents: Array, factors: Array, bins: int = 20) -> float:
    """How much more the best latent tells about a factor than the second best; mean over factors.

        MIG = 1/K Σ_k (I(z_1; v_k) − I(z_2; v_k)) / H(v_k)
        z_1, z_2: the two latent variables that tell the most about v_k

    It lies between 0 and 1. Each latent variable is cut into ``bins`` of equal width between its
    minimum and maximum. If there is only one latent variable, the second counts as 0. Independent
    true factors used as latents score 1, noise scores 0.

    Args:
        latents: float array (n, latent_dim) of latent means; 10,000 are usual.
        factors: array (n, K) of whole numbers, from which each sample was made.
        bins: int ≥ 1.

    Raises:
        ValueError: if latents or factors are not finite or differ in number, if a factor is not
            whole or never varies, or if there are fewer samples than ``bins`` times a factor's
            values.

    Example:
        >>> mutual_information_gap(model.encode(split["x"])[0], split.facts["factors"])

    Reference:
        Chen, Li, Grosse & Duvenaud, Isolating Sources of Disentanglement in VAEs, 2018,
        arXiv:1802.04942
    """
    check_sizes(bins=bins)
    latents, levels = check_factors(latents, factors)
    _check_enough(len(latents), levels, bins)
    binned = _binned(latents, bins)
    return float(np.mean([_gap(binned, factor, bins) for factor in levels]))


def _check_enough(count, factors, bins):
    most = max(factor.max() + 1 for factor in factors)
    check_enough("mutual_information_gap", count, bins * most)


def _binned(latents, bins):
    low, high = latents.min(axis=0), latents.max(axis=0)
    shares = (latents - low) / np.maximum(high - low, np.finfo("float64").tiny)
    return np.minimum(bins * shares, bins - 1).astype(int).T


def _gap(latents, factor, bins):
    told = [_information(z, factor, bins) for z in latents]
    second, first = np.sort([0.0, *told])[-2:]
    return (first - second) / entropy(np.bincount(factor))


def _information(z, factor, bins):
    """I(z; factor) of their joint histogram, nats."""
    values = factor.max() + 1
    joint = np.bincount(z * values + factor, minlength=bins * values).reshape(
        bins, values
    ) / len(z)
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    return rel_entr(joint, independent).sum()
