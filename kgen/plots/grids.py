import numpy as np
from matplotlib.figure import Figure

from kgen.fields import of_shape

MARGIN, NARROWEST = 0.6, 3.2  # inches


def grid(cells, title="", columns=(), rows=(), field=None):
    """Values (rows, columns, …) side by side, with names over the columns and beside the rows.

    ``field`` says how to draw them; without one they are images in [0, 1].
    """
    field = field or of_shape(cells.shape[2:])
    figure = Figure(figsize=_size(cells, field), layout="constrained", dpi=150)
    _draw(figure.subplots(), cells, title, columns, rows, field)
    return figure


def gallery(values, title="", columns=10, field=None):
    """Values (n, …) side by side, ``columns`` in a line; the last line may be shorter."""
    columns = min(columns, len(values))
    lines = -(-len(values) // columns)
    missing = lines * columns - len(values)
    filled = np.concatenate([values, np.repeat(values[-1:], missing, axis=0)])
    figure = grid(filled.reshape(lines, columns, *values.shape[1:]), title, field=field)
    # White over the copies that filled the last line.
    figure.axes[0].fill_between([columns - missing, columns], lines - 1, lines, color="white", zorder=3)
    return figure


def progress(pairs, samples, epoch, columns=(), field=None):
    """What an epoch reached: pairs, if any, of real values over reconstructions; samples with one z a row below."""
    panels = [] if pairs is None else [(pairs, f"epoch {epoch}: real above, reconstruction below", ())]
    told = "samples, one z a row" if len(columns) else "samples"
    return stacked([*panels, (samples, f"epoch {epoch}: {told}", columns)], field)


def stacked(panels, field=None):
    """Grids below each other: for each its values, its title and the names over its columns."""
    field = field or of_shape(panels[0][0].shape[2:])
    widths, inches = zip(*(_size(cells, field) for cells, _, _ in panels), strict=True)
    figure = Figure(figsize=(max(widths), sum(inches)), layout="constrained", dpi=120)
    axes = figure.subplots(len(panels), height_ratios=inches, squeeze=False).flat
    for place, (cells, title, columns) in zip(axes, panels, strict=True):
        _draw(place, cells, title, columns, (), field)
    return figure


def image_viewer(grids, titles, columns, field=None):
    """Grids of values beside each other, ``columns`` of them in a line, each with its title."""
    field = field or of_shape(grids[0].shape[2:])
    widths, heights = zip(*(_size(cells, field) for cells in grids), strict=True)
    lines = -(-len(grids) // columns)
    figure = Figure(figsize=(max(widths) * columns, max(heights) * lines), layout="constrained", dpi=120)
    places = list(figure.subplots(lines, columns, squeeze=False).flat)
    for axes, cells, title in zip(places, grids, titles, strict=False):
        _draw(axes, cells, title, (), (), field)
    for axes in places[len(grids) :]:
        axes.set_axis_off()
    return figure


def _size(cells, field):
    rows, columns = cells.shape[:2]
    width, height = field.cell
    return max(NARROWEST, columns * width + MARGIN), rows * height + MARGIN


def _draw(axes, cells, title, columns, rows, field):
    field.paint(axes, np.asarray(cells))
    width, height = field.cell
    axes.set_aspect(height / width)
    axes.set_title(title, fontsize=8)
    axes.tick_params(length=0, labelsize=7)
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns, rotation=45 if _long(columns) else 0)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.xaxis.set_ticks_position("top")
    axes.spines[:].set_visible(False)


def _long(names):
    return any(len(name) > 3 for name in names)
