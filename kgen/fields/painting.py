"""Values drawn into unit squares of matplotlib's axes, rows downwards."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from kgen.types import Array, Shape


def canvas(shades: Array) -> Array:
    """Images (rows, columns, height, width, channels) side by side, with a white pixel between."""
    padded = np.pad(
        shades, ((0, 0), (0, 0), (0, 1), (0, 1), (0, 0)), constant_values=1.0
    )
    rows, columns, height, width, channels = padded.shape
    return padded.transpose(0, 2, 1, 3, 4).reshape(
        rows * height, columns * width, channels
    )


def show(axes: Axes, picture: Array, shape: Shape) -> None:
    """Draws a picture over the unit squares of cells (rows, columns, …); grey if one channel."""
    rows, columns = shape[:2]
    picture = picture.squeeze(-1) if picture.shape[-1] == 1 else picture
    extent = (0, columns, rows, 0)
    axes.imshow(picture, cmap="gray", vmin=0, vmax=1, extent=extent, aspect="auto")


def temperatures(values: Array, limits: Sequence[float]) -> Array:
    """Numbers as colours (…, 3): blue at the lower limit, white in the middle, red at the upper."""
    low, high = limits
    warmth = np.clip(2.0 * (values - low) / (high - low) - 1.0, -1.0, 1.0)
    cold, warm = np.maximum(-warmth, 0.0), np.maximum(warmth, 0.0)
    return np.stack([1.0 - cold, 1.0 - cold - warm, 1.0 - warm], axis=-1)


def lines(axes: Axes, cells: Array, limits: Sequence[float]) -> None:
    """Draws one line per channel of cells (rows, columns, length, channels) between ``limits``."""
    rows, columns, length, channels = cells.shape
    low, high = limits
    heights = 0.9 - 0.8 * np.clip((cells - low) / (high - low), 0.0, 1.0)
    across = np.linspace(0.06, 0.94, length)
    for row in range(rows):
        for column in range(columns):
            for channel in range(channels):
                line = row + heights[row, column, :, channel]
                axes.plot(column + across, line, color=f"C{channel}", linewidth=0.7)
    frame(axes, rows, columns)


def words(axes: Axes, cells: Array) -> None:
    """Writes words (rows, columns) in the middle of their unit squares."""
    for (row, column), word in np.ndenumerate(cells):
        axes.text(column + 0.5, row + 0.5, word, ha="center", va="center", fontsize=7)
    frame(axes, *cells.shape)


def frame(axes: Axes, rows: int, columns: int) -> None:
    """Draws thin lines around the unit squares."""
    axes.set(xlim=(0, columns), ylim=(rows, 0))
    for row in range(rows + 1):
        axes.axhline(row, color="0.85", linewidth=0.5)
    for column in range(columns + 1):
        axes.axvline(column, color="0.85", linewidth=0.5)
