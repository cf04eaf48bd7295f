import io
import textwrap

from matplotlib import figure
from matplotlib.text import Text
from PIL import Image as Picture

from kgen.plots.style import style

WIDEST = 0.95  # of the width that a title has: letters differ
SHOWN, COLOURS = 90, 32  # pixels an inch in a notebook, and different ones


class Figure(figure.Figure):
    """A matplotlib figure that shows every name as it is written, and every title whole.

    Names of classes, groups and columns are a user's: a ``$`` in one starts no formula. A title that is wider than the
    room over its axes goes on in another line.

    Example:
        >>> Figure(figsize=(3.0, 2.0), layout="constrained").savefig("figure.png")
    """

    _whole = False

    def draw(self, renderer):
        for text in self.findobj(Text):
            text.set_parse_math(False)
        if not self._whole:  # what a first drawing moves should not fold titles anew
            self._fold_titles(renderer)
        with style():  # ticks are made when they are drawn
            super().draw(renderer)

    def _repr_png_(self):
        """The figure as a notebook shows it: of few colours, so that it is small enough to be kept there."""
        drawn, shown = io.BytesIO(), io.BytesIO()
        self.savefig(drawn, format="png", dpi=SHOWN)
        # Of what is rare, such as a tumour in a mask, the median cut would take the colour of something else.
        picture = Picture.open(drawn).convert("RGB").quantize(COLOURS, Picture.Quantize.MAXCOVERAGE)
        picture.save(shown, format="png", optimize=True)
        return shown.getvalue()

    def _fold_titles(self, renderer):
        self._whole = True
        if self.get_layout_engine():  # which puts axes where they will be
            self.get_layout_engine().execute(self)
        for title, share in self._titles():
            title.set_text(_folded(title, share * self.bbox.width, renderer))

    def _titles(self):
        """Every title, and the share of the figure's width that is its own."""
        over_all = [] if self._suptitle is None else [(self._suptitle, 1.0)]
        return over_all + [(axes.title, _room(axes, self.axes)) for axes in self.axes]


def _room(axes, every):
    """The share of the figure's width about the middle of its axes that a title has, half way to its neighbours."""
    own, left, right = axes.get_position(), 0.0, 1.0
    middle = (own.x0 + own.x1) / 2
    for other in (other.get_position() for other in every if other is not axes):
        beside = other.y0 < own.y1 and other.y1 > own.y0
        left = max(left, (other.x1 + own.x0) / 2) if beside and other.x1 <= own.x0 else left
        right = min(right, (other.x0 + own.x1) / 2) if beside and other.x0 >= own.x1 else right
    return 2 * min(middle - left, right - middle)


def legend(axes, artists, **options):
    """A legend of axes or of a figure by name; matplotlib's own leaves out names that begin with an underscore."""
    return axes.legend(list(artists.values()), list(artists), **options)


def _folded(title, room, renderer):
    # Matplotlib's own wrapping takes a $ for a formula whatever it is told.
    font, room = title.get_fontproperties(), WIDEST * room
    lines = title.get_text().splitlines()
    return "\n".join(_folded_line(line, font, room, renderer) for line in lines)


def _folded_line(line, font, room, renderer):
    width, _, _ = renderer.get_text_width_height_descent(line, font, ismath=False)
    return line if width <= room else textwrap.fill(line, max(1, int(len(line) * room / width)))
