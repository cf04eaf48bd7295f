from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from kgen.fields.tubes import COLOURS
from kgen.plots.figures import Figure
from kgen.plots.style import drawn
from kgen.types import Array

SIDE, SIDES = 4.0, 10  # inches of a picture, sides of a tube
SEEN = 12.0, -60.0  # degrees above the horizon, and around
TICKS = 4  # at most, between the ends of an axis
SHRUNK = 0.85  # so that the names of the axes are in the picture
THINNEST = 0.5  # mm on either side of a flat vessel


@drawn
def vessels(
    groups: Mapping[str, Array], title: str = "", radii: Sequence[float] | None = None
) -> Figure:
    """Vessels as tubes in space, a picture for each group, in the colours of their radius.

    Args:
        groups: dict from a name to vessels (n, points, 4), x, y, z and radius in mm.
        title: str, above all.
        radii: pair of floats, the radii between which colours run; by default all there are.
    """
    figure = Figure(figsize=(SIDE * len(groups) + 1.0, SIDE), layout="constrained")
    figure.suptitle(title)
    every = np.concatenate([values.reshape(-1, 4) for values in groups.values()])
    norm = Normalize(*(radii or (every[:, 3].min(), every[:, 3].max())))
    axes = figure.subplots(
        1, len(groups), subplot_kw={"projection": "3d"}, squeeze=False
    )[0]
    for place, (name, values) in zip(axes, groups.items(), strict=True):
        for curve in values:
            place.add_collection3d(_tube(curve, norm))
        _framed(place, name, every[:, :3])
    figure.colorbar(
        ScalarMappable(norm, COLOURS), ax=list(axes), label="radius, mm", shrink=0.6
    )
    return figure


def mesh(curve: Array, sides: int = SIDES) -> Array:
    """The corners of a vessel's tube, (points, sides, 3): a ring around each point."""
    places, radii = np.asarray(curve[:, :3], "float64"), curve[:, 3]
    first, second = _across(np.gradient(places, axis=0))
    turns = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)[:, None]
    around = np.cos(turns) * first[:, None] + np.sin(turns) * second[:, None]
    return places[:, None] + radii[:, None, None] * around


def _across(ahead):
    """Two directions across the line at each point, which turn no more than the line does."""
    ahead = ahead / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    last = np.eye(3)[np.abs(ahead[0]).argmin()]
    first = np.empty_like(ahead)
    for number, direction in enumerate(ahead):
        last = last - (last @ direction) * direction
        last /= np.linalg.norm(last)
        first[number] = last
    return first, np.cross(ahead, first)


def _tube(curve, norm):
    rings = mesh(curve)
    beside = np.roll(rings, -1, axis=1)
    corners = np.stack([rings[:-1], beside[:-1], beside[1:], rings[1:]], axis=2)
    shades = norm((curve[:-1, 3] + curve[1:, 3]) / 2)
    colours = np.repeat(matplotlib.colormaps[COLOURS](shades), rings.shape[1], axis=0)
    return Poly3DCollection(
        corners.reshape(-1, 4, 3), facecolors=colours, shade=True, lw=0.0
    )


def _framed(axes, name, points):
    """Limits around all vessels, on the same scale along each axis."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, THINNEST)
    limits = zip(middle - half, middle + half, strict=True)
    axes.set(**dict(zip(("xlim", "ylim", "zlim"), limits, strict=True)))
    axes.set(xlabel="x, mm", ylabel="y, mm", zlabel="z, mm", title=name)
    axes.set_box_aspect(half, zoom=SHRUNK)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_major_locator(MaxNLocator(TICKS))
    axes.view_init(*SEEN)
