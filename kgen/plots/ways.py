import numpy as np
from sklearn.decomposition import PCA

from kgen.plots.figures import Figure
from kgen.plots.maps import by_group, maps, named
from kgen.plots.style import drawn
from kgen.types import Array, Arrays


@drawn
def ways(latents: Array, paths: Arrays, names: Array) -> Figure:
    """Paths among latents on the plane of their two principal components, one panel per kind.

    Args:
        latents: array (n, latent_dim).
        paths: dict from a kind of path to latents (paths, steps, latent_dim).
        names: array (n,), the group of each of the latents.
    """
    plane = _plane(latents)
    points = plane(latents)
    figure, every = maps(len(paths), names)
    for axes, (title, found) in zip(every, paths.items(), strict=True):
        key = by_group(axes, points, names, alpha=0.4)
        for number, way in enumerate(found):
            (key["a walk, from its number on"],) = axes.plot(
                *plane(way).T, ".-", color="black", linewidth=1.0
            )
            axes.annotate(f"{number + 1}", plane(way[:1])[0], fontweight="bold")
        named(axes, key)
        axes.set(title=title, xlabel="first component", ylabel="second component")
    return figure


def _plane(latents):
    if latents.shape[1] == 1:
        return lambda values: np.hstack([values, np.zeros_like(values)])
    return PCA(2, random_state=0).fit(latents).transform
