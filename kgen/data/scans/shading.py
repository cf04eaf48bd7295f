"""The scale on which a network sees the values of a scan."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np

from kgen.data.scans.clipped import Clipped
from kgen.data.scans.framing import WHITE, Framing, head_in
from kgen.data.scans.partners import window_of
from kgen.types import Array

TARGETS = "y", "b"  # the fields of a second file


class Shading(NamedTuple):
    """How values of a file become those of the training: bytes, or the units of a window.

    Args:
        percentiles: pair of floats, the percentiles inside the head that become black and white.
        window: pair of floats to which values are clipped, which then keep their units; ``None``
            for bytes.
    """

    percentiles: tuple
    window: tuple | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any], name: str, rank: int) -> Self:
        """The scale of the field ``name``, with the data set options of the training."""
        text = given.get("percentiles", "1,99")
        percentiles = Framing.of(None, None, text, rank).percentiles
        window = given.get("window") if name in TARGETS else None
        return cls(percentiles, window_of(window) if window else None)

    @property
    def darkest(self) -> float:
        """The value that lies beyond the edge of a scan."""
        return self.window[0] if self.window else 0.0

    @property
    def dtype(self) -> str:
        """The type in which the training keeps the values."""
        return "int16" if self.window else "uint8"

    def shown(self, values: Array) -> Array:
        """Values of a file on this scale, not rounded."""
        if self.window:
            return np.clip(values, *self.window)
        if values.min() == values.max():
            return np.zeros(values.shape, "float32")
        black, white = np.percentile(values[head_in(values)], self.percentiles)
        return WHITE * np.clip((values - black) / max(white - black, 1e-12), 0, 1)

    def clipped(self, values: Array) -> Clipped:
        """The values outside of the window; without a window, of none."""
        return Clipped.of(values, self.window) if self.window else Clipped()
