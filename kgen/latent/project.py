"""Latents on a plane."""

import contextlib
import io
import re
import sys
import warnings
from collections.abc import Callable

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.manifold import trustworthiness as trust
from sklearn.neighbors import KNeighborsClassifier

from kgen import console
from kgen.types import Array

NEIGHBOURS, MOST = 10, 2000
PERPLEXITY, STEPS = 30.0, 1000
STEP = re.compile(r"\[t-SNE\] Iteration (\d+):")


def principal_components(latents: Array) -> tuple[Array, float]:
    """The first two principal components (n, 2) of latents, and their share of the variance."""
    if latents.shape[1] == 1:
        return np.hstack([latents, np.zeros_like(latents)]), 1.0
    pca = PCA(2, random_state=0)
    return pca.fit_transform(latents), float(pca.explained_variance_ratio_.sum())


def stochastic_neighbours(
    latents: Array, perplexity: float = PERPLEXITY, seed: int = 0
) -> Array:
    """A plane (n, 2) on which latents (n, latent_dim) that are near each other stay near: t-SNE.

    Distances between groups, and the sizes of groups, mean nothing.

    Reference:
        van der Maaten & Hinton, Visualizing Data using t-SNE, 2008
    """
    if perplexity >= len(latents):
        raise ValueError(
            f"{len(latents)} latents are not more than the perplexity, "
            f"{perplexity:g} neighbours of each. Give more latents or a smaller perplexity."
        )
    start = "pca" if latents.shape[1] > 1 else "random"
    options = {"perplexity": perplexity, "init": start, "random_state": seed}
    if len(latents) <= MOST:  # seconds
        return TSNE(2, max_iter=STEPS, **options).fit_transform(latents)
    with _progress(f"t-SNE of {len(latents):,} latents"):
        return TSNE(2, max_iter=STEPS, verbose=2, **options).fit_transform(latents)


def neighbour_map(latents: Array, seed: int = 0) -> Array:
    """A plane (n, 2) on which neighbours among latents (n, latent_dim) stay neighbours: UMAP.

    Reference:
        McInnes, Healy & Melville, UMAP, 2018, arXiv:1802.03426
    """
    import umap  # takes seconds, for which nothing else should wait

    with warnings.catch_warnings():
        # With a seed, UMAP runs in one thread and warns of it each time.
        warnings.filterwarnings("ignore", message="n_jobs value")
        return umap.UMAP(
            n_neighbors=min(15, len(latents) - 1), random_state=seed
        ).fit_transform(latents)


class _Progress(io.TextIOBase):
    """Shows how far t-SNE is in place of the lines that it prints; other lines pass through."""

    def __init__(self, steps, beside):
        self.steps, self.beside, self.line = steps, beside, ""

    def write(self, text):
        *lines, self.line = (self.line + text).split("\n")
        for line in lines:
            if found := STEP.match(line):
                self.steps.advance(int(found[1]) - self.steps.done)
            elif not line.startswith("[t-SNE]"):
                self.beside.write(f"{line}\n")
        return len(text)


@contextlib.contextmanager
def _progress(what):
    with (
        console.Steps(STEPS, what, "step") as steps,
        contextlib.redirect_stdout(_Progress(steps, sys.stdout)),
    ):
        yield


PROJECTIONS: dict[str, Callable[[Array], Array]] = {
    "pca": lambda latents: principal_components(latents)[0],
    "tsne": stochastic_neighbours,
    "umap": neighbour_map,
}


def trustworthiness(latents: Array, points: Array, k: int = NEIGHBOURS) -> float:
    """How far neighbours on a plane are neighbours among the latents too: in [0, 1], 1 if all are.

    It takes at most 2,000 latents, evenly chosen, as its cost grows with their square.

    Reference:
        Venna & Kaski, Local multidimensional scaling, 2006, doi:10.1016/j.neunet.2006.05.014
    """
    chosen = np.linspace(0, len(latents) - 1, min(MOST, len(latents))).astype(int)
    return float(
        trust(
            latents[chosen], points[chosen], n_neighbors=min(k, (len(chosen) - 1) // 2)
        )
    )


def neighbour_agreement(points: Array, labels: Array, k: int = NEIGHBOURS) -> float:
    """How often the class of a point is that of most of its k neighbours, without the point."""
    labels = np.asarray(labels)
    neighbours = (
        KNeighborsClassifier(min(k, len(points) - 1))
        .fit(points, labels)
        .kneighbors(return_distance=False)
    )
    winners = [np.bincount(votes).argmax() for votes in labels[neighbours]]
    return float(np.mean(np.equal(winners, labels)))
