import numpy as np
from sklearn.decomposition import PCA

from kgen.plots.figures import Figure, legend
from kgen.plots.maps import MOST_NAMED


def ways(codes, paths, names):
    """Ways among codes (n, latent_dim) on the plane of their two principal components, a panel a kind of way.

    Args:
        codes: array (n, latent_dim), at least two units.
        paths: dict from a kind of way to codes (ways, steps, latent_dim).
        names: array (n,), the group of each code.
    """
    plane = _plane(codes)
    points = plane(codes)
    figure = Figure(figsize=(4.6 * len(paths) + 1.6, 4.4), layout="constrained", dpi=120)
    every = figure.subplots(1, len(paths), squeeze=False).flat
    for axes, (title, found) in zip(every, paths.items(), strict=True):
        drawn = {str(name): axes.scatter(*points[names == name].T, s=2, alpha=0.3) for name in np.unique(names)}
        lines = [_drawn(axes, plane(way), number) for number, way in enumerate(found, 1)]
        axes.set(title=title, xlabel="first component", ylabel="second component")
    _explain(figure, drawn, lines)
    return figure


def _drawn(axes, way, number):
    """A way with its number where it begins."""
    (line,) = axes.plot(*way.T, ".-", color="black", linewidth=1.0)
    axes.annotate(f"{number}", way[0])
    return line


def _explain(figure, groups, lines):
    """A legend beside the panels, which are drawn alike."""
    named = groups if len(groups) <= MOST_NAMED else {}
    entries = {**named, "a way, numbered\nwhere it begins": lines[0]}
    # The dots of a map are too small and too faint to tell their colours in a legend.
    shown = legend(figure, entries, loc="outside right upper", fontsize=7, markerscale=3)
    for handle in shown.legend_handles:
        handle.set_alpha(1.0)


def _plane(codes):
    if codes.shape[1] == 1:
        return lambda values: np.hstack([values, np.zeros_like(values)])
    return PCA(2, random_state=0).fit(codes).transform
