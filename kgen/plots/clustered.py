import numpy as np
from matplotlib.artist import Artist
from matplotlib.patches import Patch
from scipy.cluster.hierarchy import leaves_list, linkage

from kgen.plots.figures import Figure, legend
from kgen.plots.maps import colours
from kgen.plots.style import drawn
from kgen.types import Array, Arrays, Names

# Inches: of the figure, of a bar, of a row, and least and greatest height of the heat map.
WIDTH, BAR, ROW, LEAST, MOST = 9.0, 0.16, 0.1, 2.2, 7.0
MOST_NAMED, DEVIATIONS = 60, 3.0


@drawn
def clustered(values: Array, bars: Arrays, names: Names, title: str = "") -> Figure:
    """A clustered heat map of numbers (n, k): one column per value, one row per number.

    Similar rows and similar columns are neighbours. Each number is shown in standard deviations
    from its mean. Above the columns is one bar per covariate.

    Args:
        values: array (n, k).
        bars: dict from the name of a covariate to the group of each value (n,).
        names: names of the numbers.
        title: str.
    """
    scores = (values - values.mean(axis=0)) / np.where(
        np.ptp(values, axis=0) > 0, values.std(axis=0), 1.0
    )
    columns, rows = _order(scores), _order(scores.T)
    height = float(np.clip(ROW * len(rows), LEAST, MOST))
    figure = Figure(
        figsize=(WIDTH, height + BAR * len(bars) + 0.7), layout="constrained"
    )
    axes = figure.subplots(
        len(bars) + 1, 1, height_ratios=[*[BAR] * len(bars), height], squeeze=False
    )[:, 0]
    keys: dict[str, Artist] = {}
    for place, (name, groups) in zip(axes, bars.items(), strict=False):
        keys |= _bar(place, name, np.asarray(groups)[columns])
    shown = axes[-1].imshow(
        scores[columns][:, rows].T, cmap="RdBu_r", vmin=-DEVIATIONS, vmax=DEVIATIONS, aspect="auto",
        interpolation="nearest",
    )  # fmt: skip
    axes[-1].set(xticks=[], xlabel=f"{len(columns):,} values")
    if len(rows) <= MOST_NAMED:
        axes[-1].set_yticks(range(len(rows)), [names[row] for row in rows], fontsize=5)
    figure.colorbar(shown, ax=axes[-1], label="standard deviations", shrink=0.6)
    if keys:
        legend(
            figure,
            keys,
            loc="outside right upper",
            fontsize=6,
            ncols=-(-len(keys) // 30),
        )
    figure.suptitle(title)
    return figure


def _order(rows):
    """The order of the rows as leaves of their average-linkage tree."""
    return (
        leaves_list(linkage(rows, "average", optimal_ordering=len(rows) <= 500))
        if len(rows) > 1
        else [0]
    )


def _bar(axes, name, groups):
    """Draws the bar of a covariate; returns its entries of the legend."""
    levels, numbers = np.unique(groups, return_inverse=True)
    shades = colours(len(levels))
    axes.imshow(shades[numbers][None], aspect="auto", interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([0], [name])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return {
        f"{name}: {level}": Patch(color=shade)
        for level, shade in zip(levels, shades, strict=True)
    }
