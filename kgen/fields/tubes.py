"""Centrelines drawn as tubes, in the colours of their radius."""

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize

from kgen.fields.painting import frame
from kgen.types import Array

COLOURS = "viridis"
# Rows are the directions of the picture: to the right, upwards, and towards the eye. The eye looks
# from the front at x to the left of the body, y to its back and z upwards, turned by 30 degrees.
TURN = np.radians(30.0)
VIEW = np.array(
    [
        [np.cos(TURN), np.sin(TURN), 0.0],
        [0.0, 0.0, 1.0],
        [np.sin(TURN), -np.cos(TURN), 0.0],
    ]
)
FILLED = 0.9  # share of a cell that the largest vessel takes
WIDENED = 2.0  # so that the radius is seen beside the length of a vessel


def tubes(axes: Axes, cells: Array, radii: tuple[float, float]) -> None:
    """Draws vessels (rows, columns, points, 4) into unit squares; ``radii`` are the colours' ends.

    All are drawn on the same scale, each in the middle of its square, twice as wide as they are.
    """
    rows, columns = cells.shape[:2]
    seen = _seen(cells)
    scale = FILLED / max(float(np.ptp(seen[..., :2], axis=2).max()), 1e-6)
    colours = matplotlib.colormaps[COLOURS], Normalize(*radii)
    for row in range(rows):
        for column in range(columns):
            middle = column + 0.5, row + 0.5
            _draw(
                axes,
                seen[row, column],
                cells[row, column, :, 3],
                scale,
                middle,
                colours,
            )
    frame(axes, rows, columns)


def _seen(cells):
    """Points in the directions of the picture, the middle of each vessel at the origin."""
    turned = np.asarray(cells[..., :3], "float64") @ VIEW.T
    ends = turned.max(axis=-2, keepdims=True) + turned.min(axis=-2, keepdims=True)
    return turned - ends / 2


def _draw(axes, points, radii, scale, middle, colours):
    """One vessel as four-cornered pieces, those at the back first."""
    places = np.asarray(middle) + scale * points[:, :2] * (1, -1)
    moves = np.diff(places, axis=0)
    across = np.stack([-moves[:, 1], moves[:, 0]], axis=1)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    wide = WIDENED * scale * radii
    left, right = (_sides(places, sign * across, wide) for sign in (1, -1))
    pieces = np.concatenate([left, right[:, ::-1]], axis=1)
    order = np.argsort(points[:-1, 2] + points[1:, 2])
    colour, norm = colours
    shades = colour(norm((radii[:-1] + radii[1:]) / 2))[order]
    axes.add_collection(
        PolyCollection(pieces[order], facecolors=shades, edgecolors=shades, lw=0.2)
    )


def _sides(places, across, wide):
    """The corners of all pieces on one side of the line, (pieces, 2, 2)."""
    mean = np.concatenate([across[:1], (across[:-1] + across[1:]) / 2, across[-1:]])
    edge = places + wide[:, None] * mean
    return np.stack([edge[:-1], edge[1:]], axis=1)
