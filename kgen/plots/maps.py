import numpy as np

from kgen.plots.figures import Figure, legend
from kgen.plots.style import FINE, PALETTE, drawn

CELLS, MOST_NAMED = 32, 20  # images a side of a map, groups of a legend
MARKERS = "o^"  # of the groups of a palette, and of the next


@drawn
def map_by(points, panels):
    """The same points (n, 2) once a panel: {title: names of groups (n,)} or {title: colours (n, 3)}."""
    figure = Figure(figsize=(4.6 * len(panels), 4.4), layout="constrained")
    for axes, (title, values) in zip(figure.subplots(1, len(panels), squeeze=False).flat, panels.items(), strict=True):
        _scatter(axes, points, np.asarray(values))
        _finish(axes, title)
    return figure


def _scatter(axes, points, values):
    if values.ndim == 2:
        axes.scatter(*points.T, s=4, c=values)
        return
    groups = {}
    for number, name in enumerate(np.unique(values)):
        marker = MARKERS[number // len(PALETTE) % len(MARKERS)]
        groups[str(name)] = axes.scatter(*points[values == name].T, s=4, marker=marker)
    if len(groups) <= MOST_NAMED:
        legend(axes, groups)


@drawn
def map_of_images(points, images, title=""):
    """Images (n, height, width, channels) in [0, 1] where their points (n, 2) lie: of those in one cell, the first."""
    low, high = points.min(axis=0), points.max(axis=0)
    cells = np.minimum(((points - low) / (high - low) * CELLS).astype(int), CELLS - 1)
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


def colours_of_places(rows, columns):
    """A colour (n, 3) for every place, which changes from left to right and from top to bottom."""
    across, down = (np.asarray(values) / max(1, np.max(values)) for values in (columns, rows))
    return np.stack([across, down, 1.0 - (across + down) / 2], axis=1)


def _finish(axes, title):
    axes.set_title(title)
    axes.set_xticks([])
    axes.set_yticks([])
