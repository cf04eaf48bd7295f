from collections.abc import Mapping

import numpy as np

from kgen.plots.figures import Figure
from kgen.plots.style import drawn
from kgen.types import Array, Names

SIDE, NAMED = 3.6, 3  # inches of a panel, number of named columns
WIDE, LOW, BINS = 5.0, 3.0, 40  # inches and bars of a histogram


@drawn
def changes(panels: Mapping[str, tuple[Array, Array]], names: Names) -> Figure:
    """The change of each column (k,), by the model over that in the values, one panel per title.

    The dashed line is equality.

    Args:
        panels: dict from a title to a pair of arrays (k,): the change in the values, and by the
            model.
        names: names of the columns; those of the largest changes are written.
    """
    figure = Figure(figsize=(SIDE * len(panels), SIDE), layout="constrained")
    for axes, (title, (found, told)) in zip(
        figure.subplots(1, len(panels), squeeze=False).flat, panels.items(), strict=True
    ):
        ends = min(found.min(), told.min()), max(found.max(), told.max())
        axes.plot(ends, ends, "k--", linewidth=0.8)
        axes.scatter(found, told, s=5, alpha=0.6, linewidths=0)
        _name_the_farthest(axes, found, told, names)
        axes.set(
            title=title,
            xlabel="difference of the groups' values",
            ylabel="change decoded",
        )
    return figure


@drawn
def spread(values: Array, title: str, label: str) -> Figure:
    """A histogram of some numbers, with their median."""
    figure = Figure(figsize=(WIDE, LOW), layout="constrained")
    axes = figure.subplots()
    axes.hist(values, BINS)
    axes.axvline(np.median(values), color="black", linestyle=":", linewidth=1.0)
    axes.set(title=title, xlabel=label, ylabel="columns")
    return figure


def _name_the_farthest(axes, found, told, names):
    # Next to their points the names would overlap.
    farthest = np.argsort(-np.abs(told))[:NAMED]
    axes.scatter(found[farthest], told[farthest], s=12)
    listed = "\n".join(["farthest:", *(names[place] for place in farthest)])
    axes.text(
        0.04,
        0.96,
        listed,
        transform=axes.transAxes,
        verticalalignment="top",
        fontsize=7,
    )
