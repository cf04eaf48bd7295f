"""The one style of all figures; matplotlib's own settings stay as a user has them."""

import contextlib
import functools
import inspect
import threading

from matplotlib import color_sequences, cycler, rc_context

# Ten colours that colour-blind readers tell apart: Petroff, Accessible Color Sequences for Data Visualization, 2021.
PALETTE = color_sequences["petroff10"]
DPI, FINE = 120, 150  # of figures, and of those that are mostly small images
SETTINGS = {
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.labelsize": 8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "figure.dpi": DPI,
    "figure.titlesize": 10,
    "font.size": 8,
    "grid.alpha": 0.3,
    "image.cmap": "gray",
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.title_fontsize": 7,
    "legend.markerscale": 2.0,
    "lines.linewidth": 1.5,
    "text.parse_math": False,  # a user's names hold a $ that starts no formula
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
}
_ONE_AT_A_TIME = (
    threading.RLock()
)  # the settings are one dict of the process: figures are also drawn in threads
PATH = inspect.Parameter("path", inspect.Parameter.KEYWORD_ONLY, default=None)


@contextlib.contextmanager
def style():
    """The style, within; afterwards matplotlib's settings are what they were."""
    with _ONE_AT_A_TIME, rc_context(SETTINGS):
        yield


def drawn(draw):
    """A function that draws a figure in the style, returns it, and saves it at ``path`` where one is given."""

    @functools.wraps(draw)
    def styled(*args, path=None, **options):
        with style():
            figure = draw(*args, **options)
        if path is not None:
            figure.savefig(path)
        return figure

    signature = inspect.signature(draw)
    styled.__signature__ = signature.replace(parameters=[*signature.parameters.values(), PATH])
    return styled
