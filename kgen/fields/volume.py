from typing import Self

import keras
import numpy as np
from matplotlib.axes import Axes

from kgen.fields.grid import Grid
from kgen.fields.numeric import moments
from kgen.fields.painting import canvas, show
from kgen.types import Array


@keras.saving.register_keras_serializable("kgen")
class Volume(Grid):
    """Three-dimensional images, in standard deviations from the mean of all training voxels.

    Args:
        shape: tuple (depth, height, width, channels), voxels.
        low, high: numbers, the least and the greatest value; ``None`` for those of the training.
        span, mean, deviation, dtype: as in ``kgen.fields.Numeric``.

    Example:
        >>> field = Volume.of(scans, "x").fitted(scans)
        >>> round(float(field.scaled(scans).std()), 2)
        1.0
    """

    noun = "volume"
    layout = "(n, depth, height, width) or (n, …, channels)"
    rank = 3
    least_side = 4
    cell = (1.5, 0.5)

    def fitted(self, values: Array) -> Self:
        low, high = values.min().item(), values.max().item()
        if low == high:
            raise ValueError(
                f"All training volumes have the one value {low}; nothing can be learnt."
            )
        mean, deviation = moments(values, axes=tuple(range(values.ndim)))
        if self.low is not None:  # a window that is known before any value is
            low, high = self.low, self.high
        return self.replaced(
            low=low, high=high, mean=float(mean), deviation=float(deviation)
        )

    def paint(self, axes: Axes, cells: Array) -> None:
        shades = np.clip(
            (np.asarray(cells, "float32") - self.low) / (self.high - self.low), 0, 1
        )
        show(axes, canvas(middle_planes(shades)), cells.shape)


def middle_planes(volumes: Array) -> Array:
    """Three middle planes of volumes (rows, columns, depth, height, width, channels) in a row."""
    side = max(volumes.shape[2:5])
    planes = [_centred(_middle(volumes, axis), side) for axis in (0, 1, 2)]
    return np.concatenate(planes, axis=3)


def _middle(volumes, axis):
    """The middle plane along an axis, (rows, columns, …, …, one channel or three)."""
    plane = np.take(volumes, volumes.shape[2 + axis] // 2, axis=2 + axis)
    return plane if plane.shape[-1] == 3 else plane[..., :1]


def _centred(planes, side):
    """Pads planes with black to a square, and keeps them in its middle."""
    missing = [side - length for length in planes.shape[2:4]]
    around = [(gap // 2, gap - gap // 2) for gap in missing]
    return np.pad(planes, ((0, 0), (0, 0), *around, (0, 0)))
