"""Sets of genes that are more frequent in a list of genes than by chance."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from scipy.stats import false_discovery_control, hypergeom


class Enrichment(NamedTuple):
    """How much of a set of genes is in a list.

    Args:
        name: str, of the set.
        size: int, its genes among all that were measured.
        found: int, those in the list.
        expected: float, the number expected there by chance.
        p: float, probability of at least as many, by the hypergeometric distribution.
        adjusted: float, p adjusted over all sets after Benjamini and Hochberg.
        genes: list of str, those in the list.
    """

    name: str
    size: int
    found: int
    expected: float
    p: float
    adjusted: float
    genes: list[str]


def enriched(
    chosen: Iterable[str], sets: Mapping[str, Iterable[str]], genes: Iterable[str]
) -> list[Enrichment]:
    """The ``Enrichment`` of every set, the least p first.

    Args:
        chosen: names of the genes in the list.
        sets: dict from the name of a set to its genes.
        genes: names of all genes that could have been chosen: the background.

    Reference:
        Benjamini & Hochberg, Controlling the false discovery rate, 1995,
        doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    known, chosen = set(genes), set(chosen)
    inside = {name: own for name, every in sets.items() if (own := set(every) & known)}
    if not inside:
        return []
    both = {name: sorted(own & chosen) for name, own in inside.items()}
    total, drawn = len(known), len(chosen & known)
    p = np.array(
        [
            hypergeom.sf(len(both[name]) - 1, total, len(own), drawn)
            for name, own in inside.items()
        ]
    )
    adjusted = false_discovery_control(np.clip(p, 0.0, 1.0))
    found = [
        Enrichment(
            name, len(own), len(both[name]), drawn * len(own) / total, float(p[place]),
            float(adjusted[place]), both[name],
        )
        for place, (name, own) in enumerate(inside.items())
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.p)
