import io
import textwrap
from collections.abc import Mapping
from typing import Any

from matplotlib import figure
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.legend import Legend
from matplotlib.text import Text
from PIL import Image as Picture

from kgen.plots.style import style

WIDEST = 0.95  # share of its room that a title fills: letters differ in width
SHOWN, COLOURS = 90, 32  # dots per inch and number of colours in a notebook


class Figure(figure.Figure):
    """A matplotlib figure that shows every name as it is written, and every title in full.

    Names of classes, groups and columns come from the user: a ``$`` in a name starts no formula. A
    title that is wider than the room above its axes is wrapped.

    Example:
        >>> figure = Figure(figsize=(3.0, 2.0), layout="constrained")
        >>> figure.subplots().plot([0.0, 1.0])
        >>> figure.savefig("figure.png")
    """

    _whole = False

    def draw(self, renderer: RendererBase) -> None:
        for text in self.findobj(Text):
            text.set_parse_math(False)
        if not self._whole:  # folded once: the first drawing may move the axes
            self._fold_titles(renderer)
        with style():  # ticks are created while drawing
            super().draw(renderer)

    def _repr_png_(self):
        """The figure for a notebook, with few colours to keep the stored file small."""
        drawn, shown = io.BytesIO(), io.BytesIO()
        self.savefig(drawn, format="png", dpi=SHOWN)
        # Median cut would replace rare colours, such as that of a tumour in a mask.
        picture = (
            Picture.open(drawn)
            .convert("RGB")
            .quantize(COLOURS, Picture.Quantize.MAXCOVERAGE)
        )
        picture.save(shown, format="png", optimize=True)
        return shown.getvalue()

    def _fold_titles(self, renderer):
        self._whole = True
        if self.get_layout_engine():  # moves axes to their final places
            self.get_layout_engine().execute(self)
        for title, share in self._titles():
            title.set_text(_folded(title, share * self.bbox.width, renderer))

    def _titles(self):
        """Each title, and the share of the figure's width that it may use."""
        over_all = [] if self._suptitle is None else [(self._suptitle, 1.0)]
        return over_all + [(axes.title, _room(axes, self.axes)) for axes in self.axes]


def _room(axes, every):
    """The share of the figure's width that a title may use, centred on its axes.

    It reaches half way to the neighbouring axes.
    """
    own, left, right = axes.get_position(), 0.0, 1.0
    middle = (own.x0 + own.x1) / 2
    for neighbour in every:
        other = neighbour.get_position()
        if neighbour is axes or other.y0 >= own.y1 or other.y1 <= own.y0:
            continue
        if other.x1 <= own.x0:
            left = max(left, (other.x1 + own.x0) / 2)
        if other.x0 >= own.x1:
            right = min(right, (other.x0 + own.x1) / 2)
    return 2 * min(middle - left, right - middle)


def legend(
    axes: Axes | figure.Figure, artists: Mapping[str, Artist], **options: Any
) -> Legend:
    """A legend of axes or of a figure, by name.

    Matplotlib's own leaves out names that begin with an underscore.
    """
    return axes.legend(list(artists.values()), list(artists), **options)


def _folded(title, room, renderer):
    # Matplotlib's own wrapping always takes a $ for a formula.
    font, room = title.get_fontproperties(), WIDEST * room
    lines = title.get_text().splitlines()
    return "\n".join(_folded_line(line, font, room, renderer) for line in lines)


def _folded_line(line, font, room, renderer):
    width, _, _ = renderer.get_text_width_height_descent(line, font, ismath=False)
    return (
        line
        if width <= room
        else textwrap.fill(line, max(1, int(len(line) * room / width)))
    )
