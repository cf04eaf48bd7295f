from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.ticker import MaxNLocator

from kgen.checks import is_number
from kgen.names import column_of
from kgen.plots.figures import Figure, legend
from kgen.plots.style import drawn
from kgen.types import Array, Names, Scalars

NARROWEST = 4.4
MOST_MARKED, APART = 6, 0.07  # values written on an axis, and their least distance
WIDE = 50  # ratio of greatest to least value above which an axis is logarithmic
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}


@drawn
def heat_map(
    rows: Names, columns: Names, values: Array, names: Names, title: str
) -> Figure:
    """A heat map of numbers (rows, columns), each with its number; NaN is left empty.

    ``names`` are those of the axes.
    """
    width = max(NARROWEST, 1.6 + 0.9 * len(columns))
    height = 1.6 + 0.6 * len(rows)
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(values, cmap="viridis", aspect="auto")
    middle = np.nanmean([np.nanmin(values), np.nanmax(values)])
    for (row, column), value in np.ndenumerate(values):
        colour = "black" if value > middle else "white"
        axes.text(
            column,
            row,
            "" if np.isnan(value) else f"{value:.4g}",
            ha="center",
            va="center",
            color=colour,
        )
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylabel(names[0])
    axes.set_xlabel(names[1])
    axes.set_title(title)
    figure.colorbar(image)
    return figure


@drawn
def parallel_coordinates(
    trials: Sequence[Sequence[float | str]],
    names: Names,
    scores: Sequence[float],
    title: str,
) -> Figure:
    """One line per trial over one axis per hyperparameter; the last axis is the score.

    ``trials`` are lists of values.
    """
    figure = Figure(figsize=(1.6 * (len(names) + 1) + 1, 3.6), layout="constrained")
    axes = figure.subplots()
    columns = [*zip(*trials, strict=True), scores]
    heights = [*map(_heights, columns[:-1]), _evenly(scores)]
    for line in sorted(zip(*heights, strict=True), key=lambda line: line[-1]):
        axes.plot(line, color=_shade(line[-1]), alpha=0.8, linewidth=1.5)
    for place in range(len(columns)):
        axes.axvline(place, color="black", linewidth=0.8)
        for height, text in _marks(heights[place], columns[place]):
            axes.text(place, height, text, ha="center", va="center", bbox=BEHIND)
    axes.set_xticks(range(len(names) + 1), [*names, title])
    axes.set_yticks([])
    axes.set_xlim(-0.1, len(names) + 0.5)
    axes.spines[:].set_visible(False)
    return figure


@drawn
def curves_of_trials(
    histories: Sequence[Sequence[Scalars]], labels: Names, name: str, title: str = ""
) -> Figure:
    """One number over the epochs, one line per trial."""
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.subplots()
    colours = _shade(np.linspace(0, 1, len(histories)))
    lines = {}
    for history, label, colour in zip(histories, labels, colours, strict=True):
        epochs, values = column_of(history, "epoch"), column_of(history, name)
        (lines[label],) = axes.plot(epochs, values, ".-", color=colour)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(0.5, max(map(len, histories)) + 0.5)
    axes.set_title(title)
    axes.set_ylabel(name)
    axes.grid(alpha=0.3)
    if len(labels) <= 20:
        legend(axes, lines, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _heights(values):
    """The places of values on an axis, 0 to 1: numbers by size, others in order of appearance."""
    if not all(map(is_number, values)):
        order = list(dict.fromkeys(values))
        return _evenly(list(map(order.index, values)))
    wide = min(values) > 0 and max(values) > WIDE * min(values)
    return _evenly(np.log(values) if wide else values)


def _evenly(values):
    low, high = min(values), max(values)
    return [(value - low) / (high - low) if high > low else 0.5 for value in values]


def _marks(heights, values):
    """The labels of an axis with their places: both ends, and of few values all that fit."""
    places = dict(sorted(zip(heights, values, strict=True), key=lambda pair: pair[0]))
    ends = min(places), max(places)
    marked = list(dict.fromkeys(ends))
    for height in places if len(places) <= MOST_MARKED else ():
        if all(abs(height - other) >= APART for other in marked):
            marked.append(height)
    return [(height, _text(places[height])) for height in marked]


def _text(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _shade(share):
    return colormaps["viridis"](share)
