from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kgen import checks
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class RegionalHistogram(keras.layers.Layer):
    """The share of each brightness in each region of an image or a volume.

        h_r,k = mean over the points of region r of max(0, 1 − |b − k|)
        b the brightness in steps between bins

    A volume of tissue is a count of voxels, and counting needs no learned weights. The regions are
    equal parts of the grid, as many along each axis. Points darker or brighter than all bins count
    in the nearest one. A point between two bins is shared by both, so the shares of a region sum to
    1 and follow the brightness continuously.

    Args:
        regions: int ≥ 1, along each axis.
        bins: int ≥ 2.
        low, high: floats, brightness of the first and of the last bin, in the units of the values.

    Raises:
        ValueError: if a number is out of range.

    Example:
        >>> RegionalHistogram(regions=8, bins=9)(volumes)  # (n, channels · 9 · 8³)
    """

    def __init__(
        self,
        regions: int = 8,
        bins: int = 9,
        low: float = -1.0,
        high: float = 3.0,
        **kwargs: Any,
    ):
        super().__init__(autocast=False, **kwargs)
        self.regions, self.bins = checks.check_sizes(regions=regions, bins=bins)
        checks.check_number("bins", bins, 2, float("inf"))
        if not low < high:
            raise ValueError(
                f"low={low!r} is not below high={high!r}. Give the darker bin as low."
            )
        self.low, self.high = low, high

    def build(self, input_shape: Sequence[int | None]):
        self.means = [_means(side, self.regions) for side in input_shape[1:-1]]

    def call(self, values: Tensor) -> Tensor:
        steps = (ops.cast(values, "float32") - self.low) * (
            (self.bins - 1) / (self.high - self.low)
        )
        steps = ops.clip(steps, 0.0, self.bins - 1.0)
        # Bin by bin: all of them at once would take as many times the memory of the volumes.
        channels = ops.unstack(steps, axis=-1)
        return ops.concatenate(
            [self._shares(one, k) for one in channels for k in range(self.bins)],
            axis=-1,
        )

    def _shares(self, steps, k):
        """The share of a bin in each region, (n, regions)."""
        shares = ops.relu(1.0 - ops.abs(steps - float(k)))
        for means in reversed(self.means):
            shares = ops.moveaxis(ops.matmul(shares, means), -1, 1)
        return ops.reshape(shares, (-1, self.regions ** len(self.means)))


def _means(side, regions):
    """A matrix (side, regions) that takes the mean of each of the equal parts of an axis."""
    matrix = np.zeros((side, regions), "float32")
    for region, points in enumerate(np.array_split(np.arange(side), regions)):
        matrix[points, region] = 1.0 / len(points)
    return matrix
