import numpy as np

from kgen.plots.figures import Figure
from kgen.plots.style import FINE, PALETTE, drawn
from kgen.types import Array, Arrays, Names

# inches: of a map, of a map along a line, of row names
CELL, STRIP, NAMES = 1.5, 0.8, 1.0
OPAQUE = 0.85  # opacity of the strongest colour
FOR, AGAINST = np.array([0.90, 0.13, 0.10]), np.array([0.10, 0.35, 0.90])


@drawn
def explanations(values: Array, maps: Arrays, names: Names, title: str = "") -> Figure:
    """Values in the first column, and maps of each value beside it, one row per value.

    A map with channels is grey: brighter for what raises the answer, darker for what lowers it. A
    map without channels is laid over the value: red for what speaks for the answer, blue for what
    speaks against it. Each map has its own scale. A volume is shown by the plane through the
    highest point of a map without channels. Values on a line are drawn as a line.

    Args:
        values: float array (n, …, channels) in [0, 1], or (n, features).
        maps: dict from a method to its maps (n, …), with channels or without.
        names: list of str, one per row.
        title: str, above the figure.
    """
    lines = values.ndim <= 3
    size = (
        (1 + len(maps)) * CELL + NAMES,
        len(values) * (STRIP if lines else CELL) + 0.5,
    )
    figure = Figure(figsize=size, layout="constrained", dpi=FINE)
    figure.suptitle(title)
    every = figure.subplots(len(values), 1 + len(maps), squeeze=False)
    for row, axes in enumerate(every):
        found = {method: np.asarray(each[row]) for method, each in maps.items()}
        plain, *shown = (
            _line(values[row], found) if lines else _flat(values[row], found)
        )
        for place, picture in zip(axes, [plain, *shown], strict=True):
            picture(place)
            place.set(xticks=[], yticks=[])
            place.spines[:].set_visible(False)
        axes[0].set_ylabel(names[row])
    for place, method in zip(every[0], ["original", *maps], strict=True):
        place.set_title(method)
    return figure


def _flat(value, maps):
    """Yields functions that draw an image, or a plane of a volume, and each of its maps."""
    if value.ndim == 4:
        plane = _plane(value, maps)
        value = value[plane]
        maps = {method: each[plane] for method, each in maps.items()}
    base = np.repeat(value, 3, axis=-1) if value.shape[-1] != 3 else value
    base = np.clip(base[..., :3], 0.0, 1.0)
    yield lambda axes: axes.imshow(base)
    for each in maps.values():
        picture = _grey(each) if each.ndim == value.ndim else laid_over(base, each)
        yield lambda axes, picture=picture: axes.imshow(picture)


def _line(value, maps):
    """Yields functions that draw values along a line, with each map as colours behind it."""
    curves = value if value.ndim == 2 else value[:, None]
    white = np.ones((1, len(value), 3))
    for each in [np.zeros(len(value)), *maps.values()]:
        strip = laid_over(
            white, each.sum(axis=-1)[None] if each.ndim == 2 else each[None]
        )
        yield lambda axes, strip=strip: _drawn_line(axes, strip, curves)


def _drawn_line(axes, strip, curves):
    low, high = curves.min(), curves.max()
    margin = 0.1 * max(high - low, 1e-6)
    extent = (-0.5, len(curves) - 0.5, low - margin, high + margin)
    axes.imshow(strip, extent=extent, aspect="auto")
    for number, curve in enumerate(curves.T):
        axes.plot(
            curve,
            color="black" if curves.shape[1] == 1 else PALETTE[number % 10],
            linewidth=0.8,
        )


def _plane(value, maps):
    flat = [each for each in maps.values() if each.ndim == value.ndim - 1]
    strength = np.abs(flat[0] if flat else next(iter(maps.values())).sum(axis=-1))
    return int(np.unravel_index(strength.argmax(), strength.shape)[0])


def _grey(values):
    """Numbers as shades of grey, 0 in the middle."""
    shades = 0.5 + 0.5 * values / max(np.abs(values).max(), 1e-12)
    return (
        np.repeat(shades.mean(axis=-1, keepdims=True), 3, axis=-1)
        if values.shape[-1] != 3
        else shades
    )


def laid_over(base: Array, values: Array) -> Array:
    """Colours (…, 3) in [0, 1] under a map: red for positive values, blue for negative ones."""
    strength = values / max(np.abs(values).max(), 1e-12)
    share = OPAQUE * np.abs(strength)[..., None]
    return (1.0 - share) * base + share * np.where(
        strength[..., None] > 0, FOR, AGAINST
    )
