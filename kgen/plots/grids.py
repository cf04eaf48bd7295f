from collections.abc import Sequence

import numpy as np

from kgen.fields import Field, of_shape
from kgen.plots.figures import Figure
from kgen.plots.panels import Cells, Panel, Picture
from kgen.plots.style import DPI, FINE, drawn
from kgen.types import Array, Names


@drawn
def grid(
    cells: Array,
    title: str = "",
    columns: Names = (),
    rows: Names = (),
    field: Field | None = None,
) -> Figure:
    """Values (rows, columns, …) side by side, with column names above and row names at the side.

    ``field`` says how to draw them; by default they are images in [0, 1].
    """
    return stacked(
        [Cells(cells, field or of_shape(cells.shape[2:]), title, columns, rows)],
        dpi=FINE,
    )


@drawn
def gallery(
    values: Array, title: str = "", columns: int = 10, field: Field | None = None
) -> Figure:
    """Values (n, …) side by side, ``columns`` per line; the last line may be shorter."""
    columns = min(columns, len(values))
    lines = -(-len(values) // columns)
    missing = lines * columns - len(values)
    filled = np.concatenate([values, np.repeat(values[-1:], missing, axis=0)])
    figure = grid(filled.reshape(lines, columns, *values.shape[1:]), title, field=field)
    # White over the copies that filled the last line.
    figure.axes[0].fill_between(
        [columns - missing, columns], lines - 1, lines, color="white", zorder=3
    )
    return figure


@drawn
def stacked(panels: Sequence[Panel], title: str = "", dpi: int = DPI) -> Figure:
    """Panels of ``kgen.plots.panels``, one below the other."""
    widths, heights = _inches(panels)
    figure = Figure(figsize=(max(widths), sum(heights)), layout="constrained", dpi=dpi)
    figure.suptitle(title)
    axes = figure.subplots(len(panels), height_ratios=heights, squeeze=False).flat
    for place, panel in zip(axes, panels, strict=True):
        panel.draw(place)
    return figure


@drawn
def image_viewer(pictures: Sequence[Array], titles: Names, columns: int) -> Figure:
    """Titled pictures (height, width, channels) in [0, 1], ``columns`` per line."""
    panels = [
        Picture(values, title) for values, title in zip(pictures, titles, strict=True)
    ]
    widths, heights = _inches(panels)
    lines = -(-len(panels) // columns)
    figure = Figure(
        figsize=(max(widths) * columns, max(heights) * lines), layout="constrained"
    )
    places = list(figure.subplots(lines, columns, squeeze=False).flat)
    for axes, panel in zip(places, panels, strict=False):
        panel.draw(axes)
    for axes in places[len(panels) :]:
        axes.set_axis_off()
    return figure


def _inches(panels):
    """The widths and the heights of all panels."""
    return zip(*(panel.inches for panel in panels), strict=True)
