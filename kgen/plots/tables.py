"""Figures of the columns of a table, and of the number to be estimated from them."""

from collections.abc import Mapping

import numpy as np

from kgen.names import column_of
from kgen.plots.figures import Figure
from kgen.plots.panels import sized
from kgen.plots.style import drawn
from kgen.types import Array, Arrays, Names

# inches: of a column of a figure, and of a letter of a name
COLUMN, LETTER = 0.14, 0.07
LEAST, MOST = 4.0, 24.0  # inches
SMALL, IN_A_ROW = 1.2, 60  # inches of one of many panels; boxes per row
TINY = 5  # font size of the names of many columns


@drawn
def counts(found: Mapping[str, Mapping[str, int]], target: str) -> Figure:
    """The number of rows per bracket and split; ``found`` holds dicts of counts by bracket."""
    figure = Figure(
        figsize=(max(LEAST, 0.8 * len(found) + 1.5), 3.2), layout="constrained"
    )
    axes = figure.subplots()
    splits = list(next(iter(found.values())))
    width = 0.8 / len(splits)
    for number, split in enumerate(splits):
        places = np.arange(len(found)) + (number - (len(splits) - 1) / 2) * width
        heights = column_of(found.values(), split)
        bars = axes.bar(places, heights, width, label=split)
        axes.bar_label(bars, fontsize=TINY)
    axes.set_xticks(
        np.arange(len(found)), [name.removesuffix(" years") for name in found]
    )
    axes.set(xlabel=target, ylabel="rows", title=f"rows of each bracket of {target}")
    axes.legend()
    return figure


@drawn
def boxes(values: Array, names: Names, title: str) -> Figure:
    """Box plots of every column, (n, columns): median, quartiles and outliers."""
    known = [column[np.isfinite(column)] for column in values.T]
    rows = [slice(start, start + IN_A_ROW) for start in range(0, len(names), IN_A_ROW)]
    size = (_wide(min(len(names), IN_A_ROW)), len(rows) * (2.2 + _below(names)) + 0.4)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(len(rows), 1, squeeze=False, sharey=True)[:, 0]
    for axes, part in zip(panels, rows, strict=True):
        shown = names[part]
        axes.boxplot(
            known[part],
            widths=0.6,
            flierprops={"markersize": 1.5},
            medianprops={"color": "C1"},
        )
        axes.set_xticks(np.arange(1, len(shown) + 1), shown, rotation=90, fontsize=TINY)
        axes.set(
            ylabel="standard deviations",
            xlim=(0.0, max(len(shown), len(names[rows[0]])) + 1.0),
        )
    figure.suptitle(title)
    return figure


@drawn
def correlations(matrix: Array, names: Names) -> Figure:
    """Pearson's r of all pairs of columns, red below 0 and blue above."""
    side = _wide(len(names))
    figure = Figure(
        figsize=(side + _below(names) + 1.0, side + _below(names)), layout="constrained"
    )
    axes = figure.subplots()
    shown = axes.imshow(matrix, cmap="RdBu", vmin=-1, vmax=1)
    axes.set_xticks(np.arange(len(names)), names, rotation=90, fontsize=TINY)
    axes.set_yticks(np.arange(len(names)), names, fontsize=TINY)
    axes.grid(visible=False)
    figure.colorbar(shown, ax=axes, shrink=0.6, label="correlation")
    return figure


@drawn
def scatters(values: Array, names: Names, numbers: Array, target: str) -> Figure:
    """Every column, (n, columns), over the number to be estimated, one panel each."""
    across = min(len(names), max(4, round(len(names) ** 0.5)))
    down = -(-len(names) // across)
    figure = Figure(
        figsize=(max(LEAST, across * SMALL), down * SMALL + 0.5), layout="constrained"
    )
    panels = figure.subplots(down, across, squeeze=False).ravel()
    for axes, name, column in zip(panels, names, values.T, strict=False):
        axes.scatter(numbers, column, s=1, linewidths=0, rasterized=True)
        axes.set_title(name, fontsize=TINY)
        axes.set(xticks=[], yticks=[])
    for axes in panels[len(names) :]:
        axes.set_axis_off()
    figure.supxlabel(target)
    return figure


@drawn
def by_group(numbers: Array, groups: Arrays, target: str) -> Figure:
    """Box plots of a number by group, one panel per column, such as sites.

    ``groups`` maps a column to the group of each row.
    """
    widths = [max(3, len(np.unique(found))) for found in groups.values()]
    size = (max(LEAST, 0.3 * sum(widths) + 1.0), 3.6)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(1, len(groups), squeeze=False, width_ratios=widths)[0]
    for axes, (column, found) in zip(panels, groups.items(), strict=True):
        names = np.unique(found)
        parts = [numbers[(found == name) & np.isfinite(numbers)] for name in names]
        axes.boxplot(
            parts, widths=0.6, flierprops={"markersize": 2}, medianprops={"color": "C1"}
        )
        places = np.arange(1, len(names) + 1)
        axes.set_xticks(places, sized(names, parts), rotation=90)
        axes.set(title=f"{target} by {column}", ylabel=target)
    return figure


def _wide(columns):
    return round(float(np.clip(COLUMN * columns + 1.0, LEAST, MOST)), 1)


def _below(names):
    return round(LETTER * max(map(len, names), default=0) * TINY / 8, 1)
