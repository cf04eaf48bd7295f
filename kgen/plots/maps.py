import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba_array
from matplotlib.lines import Line2D

from kgen.names import mapped
from kgen.plots.figures import Figure, legend
from kgen.plots.style import FINE, PALETTE, drawn
from kgen.types import Array, Arrays

CELLS = 32  # images per side of a map
MOST_NAMED, A_COLUMN = 60, 20  # most groups of a key, and of a column of it
SIDE, KEY = 4.6, 1.1  # inches: of a map, and of a column of its key
CORNER = 12  # places per side of the key of places


@drawn
def map_by(points: Array, panels: Arrays) -> Figure:
    """The same points (n, 2) in each panel, coloured by group or place.

    ``panels`` maps titles to names of groups (n,) or to colours of places (n, 3).
    """
    panels = mapped(np.asarray, panels)
    figure, every = maps(len(panels), *panels.values())
    for axes, (title, values) in zip(every, panels.items(), strict=True):
        if values.ndim == 2:
            axes.scatter(points[:, 0], points[:, 1], s=4, c=values)
            _key_of_places(axes)
        else:
            named(axes, by_group(axes, points, values))
        _finish(axes, title)
    return figure


@drawn
def map_grid(planes: Arrays, groups: Arrays) -> Figure:
    """Several planes of points as rows, several groupings as columns.

    ``planes`` maps titles to points (n, 2), ``groups`` maps names to names of groups (n,).
    """
    groups = mapped(np.asarray, groups)
    figure, every = maps(len(groups), *groups.values(), rows=len(planes))
    places = itertools.product(planes.items(), groups.items())
    for axes, ((title, points), (name, values)) in zip(every, places, strict=True):
        named(axes, by_group(axes, points, values))
        _finish(axes, f"{title}, by {name}")
    return figure


def maps(count: int, *groups: Array, rows: int = 1) -> tuple[Figure, Iterable[Axes]]:
    """A figure with axes for ``count`` maps per row and room for the keys of their groups."""
    columns = max(
        1 if values.ndim == 2 else _columns(np.unique(values)) for values in groups
    )
    figure = Figure(
        figsize=((SIDE + KEY * columns) * count, 4.4 * rows), layout="constrained"
    )
    return figure, figure.subplots(rows, count, squeeze=False).flat


def by_group(
    axes: Axes, points: Array, values: Array, **style: Any
) -> dict[str, Line2D]:
    """Points coloured by group, in random order so that none hides another; returns the key."""
    names, groups = np.unique(values, return_inverse=True)
    shades = colours(len(names))
    order = np.random.default_rng(0).permutation(len(points))
    style = {"s": 6, "alpha": 0.7, "linewidths": 0, **style}
    axes.scatter(points[order, 0], points[order, 1], c=shades[groups[order]], **style)
    return {str(name): _dot(colour) for name, colour in zip(names, shades, strict=True)}


def _dot(colour):
    return Line2D([], [], marker="o", linestyle="", color=colour)


def named(axes: Axes, artists: Mapping[str, Artist]) -> None:
    """Draws the key of a map beside it, unless there are too many groups."""
    if len(artists) <= MOST_NAMED:
        beside = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5)}
        legend(
            axes,
            artists,
            fontsize=6,
            markerscale=0.7,
            ncols=_columns(artists),
            **beside,
        )


def _columns(names):
    return -(-len(names) // A_COLUMN) if len(names) <= MOST_NAMED else 0


def colours(count: int) -> Array:
    """As many colours, as different from each other as possible."""
    if count <= len(PALETTE):
        return to_rgba_array(PALETTE)[:count]
    name = "tab20" if count <= colormaps["tab20"].N else "turbo"
    return colormaps[name](
        np.arange(count) if name == "tab20" else np.linspace(0.0, 1.0, count)
    )


def _key_of_places(axes):
    rows, columns = np.indices((CORNER, CORNER)).reshape(2, -1)
    corner = axes.inset_axes((1.04, 0.4, 0.2, 0.2))
    corner.imshow(colours_of_places(rows, columns).reshape(CORNER, CORNER, 3))
    _finish(corner, "place in image")


@drawn
def map_of_images(points: Array, images: Array, title: str = "") -> Figure:
    """Images (n, height, width, channels) in [0, 1] drawn at their points (n, 2).

    Of several images in one cell, the first is shown.
    """
    low = points.min(axis=0)
    span = np.ptp(points, axis=0)
    shares = (points - low) / np.where(span > 0, span, 1.0)
    cells = np.minimum((shares * CELLS).astype(int), CELLS - 1)
    _, chosen = np.unique(cells, axis=0, return_index=True)
    height, width, channels = images.shape[1:]
    canvas = np.ones((CELLS * height, CELLS * width, channels))
    for (column, row), image in zip(cells[chosen], images[chosen], strict=True):
        top, left = (CELLS - 1 - row) * height, column * width
        canvas[top : top + height, left : left + width] = image
    figure = Figure(figsize=(9.0, 9.0), layout="constrained", dpi=FINE)
    axes = figure.subplots()
    axes.imshow(canvas.squeeze(-1) if channels == 1 else canvas, vmin=0, vmax=1)
    _finish(axes, title)
    return figure


def colours_of_places(rows: Array, columns: Array) -> Array:
    """A colour (n, 3) for each place, which varies from left to right and from top to bottom."""
    across = np.asarray(columns) / max(1, np.max(columns))
    down = np.asarray(rows) / max(1, np.max(rows))
    return np.stack([across, down, 1.0 - (across + down) / 2], axis=1)


def _finish(axes, title):
    axes.set_title(title)
    axes.set_xticks([])
    axes.set_yticks([])
