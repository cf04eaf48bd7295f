from collections.abc import Mapping, Sequence

import numpy as np

from kgen.plots.figures import Figure, legend
from kgen.plots.style import drawn
from kgen.types import Arrays

WIDTH, HEIGHT = 4.0, 3.0


@drawn
def curves_of_maps(panels: Mapping[str, Arrays]) -> Figure:
    """The mean answer while points are removed or inserted.

    ``panels`` maps titles to dicts from a method to its curves (n, steps + 1).
    """
    figure, every = _beside(len(panels))
    for axes, (title, curves) in zip(every, panels.items(), strict=True):
        lines = {}
        for method, found in curves.items():
            mean = np.mean(found, axis=0)
            label = f"{method} (area {mean.mean():.2f})"
            (lines[label],) = axes.plot(np.linspace(0.0, 1.0, len(mean)), mean)
        axes.set(title=title, xlabel="share of points", ylabel="answer")
        legend(axes, lines)
    return figure


@drawn
def cascades(similarities: Mapping[str, Sequence[tuple[str, float]]]) -> Figure:
    """The similarity of maps while layers are randomised, the last layer first.

    ``similarities`` maps methods to lists of (layer, similarity).
    """
    figure, (axes,) = _beside(1)
    lines = {}
    for method, found in similarities.items():
        layers, values = zip(*found, strict=True)
        (lines[method],) = axes.plot(
            range(1, len(values) + 1), values, "o-", markersize=3
        )
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_xticks(range(1, len(layers) + 1), layers, rotation=30, ha="right")
    axes.set(
        title="layers drawn anew, from the last on",
        ylabel="Spearman's ρ with the map",
        ylim=(-0.5, 1.05),
    )
    legend(axes, lines)
    return figure


def _beside(count):
    figure = Figure(figsize=(WIDTH * count, HEIGHT), layout="constrained")
    return figure, list(figure.subplots(1, count, squeeze=False).flat)
