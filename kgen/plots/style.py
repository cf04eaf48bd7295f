"""The one style of all figures; the user's own matplotlib settings do not change."""

import contextlib
import functools
import inspect
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from matplotlib import color_sequences, rc_context
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler

# Ten colours that colour-blind readers can distinguish: Petroff, Accessible Color Sequences for
# Data Visualization, 2021.
PALETTE = color_sequences["petroff10"]
DPI, FINE = 120, 150  # dots per inch of figures, and of figures of many small images
SETTINGS: dict[Any, Any] = {
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
    "text.parse_math": False,  # a $ in a user's name starts no formula
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
}
# The settings are one dict of the process, and figures are also drawn in threads.
_ONE_AT_A_TIME = threading.RLock()
PATH = inspect.Parameter("path", inspect.Parameter.KEYWORD_ONLY, default=None)
Drawn = TypeVar("Drawn", bound=Figure)


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Applies the style, and restores matplotlib's settings afterwards."""
    with _ONE_AT_A_TIME, rc_context(SETTINGS):
        yield


def drawn(draw: Callable[..., Drawn]) -> Callable[..., Drawn]:
    """A decorator of functions that draw a figure: sets the style, saves to ``path`` if given."""

    @functools.wraps(draw)
    def styled(*args, path=None, **options):
        with style():
            figure = draw(*args, **options)
        if path is not None:
            figure.savefig(path)
        return figure

    signature = inspect.signature(draw)
    vars(styled)["__signature__"] = signature.replace(
        parameters=[*signature.parameters.values(), PATH]
    )
    return styled
