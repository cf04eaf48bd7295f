from typing import Self

import keras
import numpy as np
from matplotlib.axes import Axes

from kgen.fields.grid import Grid
from kgen.fields.numeric import moments
from kgen.fields.painting import lines
from kgen.types import Array


@keras.saving.register_keras_serializable("kgen")
class Curve(Grid):
    """Values along a line, such as a signal or a vessel.

    Each channel is measured in standard deviations from its mean over the training values.

    Args:
        shape: tuple (length, channels), points.
        low, high, span, mean, deviation, dtype: as in ``kgen.fields.Numeric``; low, high, mean and
            deviation are lists with one entry per channel.

    Example:
        >>> field = Curve.of(vessels, "x").fitted(vessels)
        >>> field.scaled(vessels).std(axis=(0, 1)).round(2)
        array([1., 1., 1.], dtype=float32)
    """

    noun = "curve"
    layout = "(n, length) or (n, length, channels)"
    rank = 1
    least_side = 8
    cell = (1.0, 0.6)

    def fitted(self, values: Array) -> Self:
        low, high = values.min(axis=(0, 1)), values.max(axis=(0, 1))
        constant = np.flatnonzero(low == high)
        if len(constant):
            raise ValueError(
                f"Channel {constant[0]} has the one value {low[constant[0]]} in all training "
                "curves. Leave the channel out."
            )
        mean, deviation = moments(values, axes=(0, 1))
        ends = {"low": low.tolist(), "high": high.tolist()}
        return self.replaced(mean=mean.tolist(), deviation=deviation.tolist(), **ends)

    def paint(self, axes: Axes, cells: Array) -> None:
        scaled = self.scaled(np.asarray(cells).reshape(-1, *self.shape)).reshape(
            cells.shape
        )
        lines(axes, scaled, self.limits)
