from collections.abc import Sequence
from typing import Self

import keras
import numpy as np
from matplotlib.axes import Axes

from kgen.fields.field import first_wrong, option
from kgen.fields.grid import Grid
from kgen.fields.numeric import Numeric, with_channels
from kgen.fields.painting import canvas, show
from kgen.types import Array, Shape, Tensor

CHANNELS = 1, 3, 4
# For pixels with mean 0 and variance 1. With BatchNorm and SiLU, tiles need half as many steps
# to be reconstructed equally well.
STANDARDISED = {
    "likelihood": "gaussian", "latent_dim": 128, "l2": 1e-6,
    "activation": "silu", "normalised": True,
}  # fmt: skip
BYTE = 255
ROUNDING = 1e-6  # fraction of the range by which rounding may move a value beyond it


@keras.saving.register_keras_serializable("kgen")
class Image(Grid):
    """Pictures whose pixels lie between a black and a white value.

    These are 0 and 255 for bytes, 0 and 1 for floats, and otherwise the least and the greatest
    training value.

    Args:
        shape: tuple (height, width, channels), pixels.
        low, high: numbers, the grey values of black and of white.
        span: pair of floats, the scaled values of black and of white.
        mean, deviation: floats, scale by mean and standard deviation instead.
        dtype: str, the type of the pixels in files.
        learned: bool, whether black and white come from the training images; other images may
            then have pixels beyond them, which are clipped.

    Raises:
        ValueError: if black is not below white.

    Example:
        >>> pixels = np.full((1, 28, 28, 1), 255, "uint8")
        >>> scaled = Image((28, 28, 1), high=255, dtype="uint8").scaled(pixels)
        >>> scaled.dtype, float(scaled.max())
        (dtype('float32'), 1.0)
    """

    noun = "image"
    default_likelihood = "bernoulli"
    comparable_limits = (0.0, 1.0)
    clipped = True
    rank = 2
    least_side = 8

    def __init__(
        self,
        shape: Shape,
        low: float | None = 0.0,
        high: float | None = 1.0,
        span: Sequence[float] = (0.0, 1.0),
        mean: float | None = None,
        deviation: float | None = None,
        dtype: str | None = None,
        learned: bool = False,
    ):
        super().__init__(shape, low, high, span, mean, deviation, dtype)
        self.learned = learned
        self.default_likelihood = "gaussian" if self.standardised else "bernoulli"
        self.suggested = STANDARDISED if self.standardised else {}

    @classmethod
    def of(
        cls,
        values: Array,
        name: str,
        low: float | None = None,
        high: float | None = None,
    ) -> Self:
        values = with_channels(values, cls.rank)
        cls.check_grid(
            values, name, "(n, height, width) or (n, height, width, channels)"
        )
        cls._check_pixels(values, name)
        shape, kind = values.shape[1:], values.dtype.kind
        if low is not None or high is not None:
            white = 1.0 if kind == "f" else max(BYTE, int(values.max()))
            return cls(
                shape,
                low or 0,
                white if high is None else high,
                dtype=values.dtype.name,
            )
        cls._check_white(values, name)
        if kind == "f":
            return cls(shape, 0.0, 1.0, dtype="float32")
        if values.max() <= 1 and kind == "b":
            return cls(shape, 0, 1, dtype="uint8")
        if values.min() >= 0 and values.max() <= BYTE:
            return cls(shape, 0, BYTE, dtype=values.dtype.name)
        return cls(shape, None, None, dtype=values.dtype.name, learned=True)

    def fitted(self, values: Array) -> Self:
        if self.low is not None:
            return self
        low, high = values.min().item(), values.max().item()
        if low == high:
            raise ValueError(
                f"All training {self.noun}s have the one shade {low}; nothing can be learnt."
            )
        return self.replaced(low=low, high=high)

    def stored(self, values: Array) -> Array:
        values = with_channels(values, self.rank)
        return values.astype("uint8") if values.dtype.kind == "b" else values

    def check(self, values: Array, name: str) -> None:
        super().check(values, name)
        if not values.size:
            return
        low, high = values.min(), values.max()
        self._check_depth(values.dtype, high, name)
        if self.learned:
            return
        if values.dtype.kind == "f" and 0 < high <= 1 < self.high and low >= 0:
            raise ValueError(
                f"{name} holds values from {low:g} to {high:g} ({values.dtype}), all but black: "
                f"this model takes stored values in [{self.low}, {self.high}] and scales them "
                "itself."
            )
        rounding = ROUNDING * (self.high - self.low)
        if low < self.low - rounding or high > self.high + rounding:
            raise ValueError(
                f"{name} holds values from {low} to {high} ({values.dtype}), which lie outside "
                f"{self.low} to {self.high}: this model takes values in [{self.low}, {self.high}]. "
                f"Bring them there first, e.g. by {_way_there(low, high)}, or build the model for "
                f"them: from_fields(x=Image({self.shape}, low={low}, high={high}))."
            )

    def comparable(self, values: Tensor) -> Tensor:
        """Stored values scaled to [0, 1], from black to white."""
        return self.onto((0.0, 1.0)).scaled(values)

    def in_units_of(self, other: Numeric, values: Array) -> Array:
        shape = np.shape(values)
        shades = self.comparable(np.reshape(values, (-1, *self.shape)))
        return np.reshape(other.onto((0.0, 1.0)).unscaled(shades), shape)

    def paint(self, axes: Axes, cells: Array) -> None:
        shades = self.comparable(np.asarray(cells).reshape(-1, *self.shape))
        show(axes, canvas(shades.reshape(cells.shape)), cells.shape)

    def _check_depth(self, dtype, high, name):
        """Refuses whole numbers of another depth, such as 16 bits where the training had 8."""
        own = np.dtype(self.dtype or "float32")
        if own.kind != "u" or dtype.kind != "u" or own == dtype:
            return
        if dtype.itemsize < own.itemsize or high > np.iinfo(own).max:
            raise ValueError(
                f"{name} holds {dtype} values, and this model takes those of {own}, up to "
                f"{np.iinfo(own).max}. Convert them as the images of the training were."
            )

    @property
    def signature(self) -> str:
        return f"{self.high}"

    @classmethod
    def _check_pixels(cls, values, name):
        if values.shape[-1] not in CHANNELS:
            raise ValueError(
                f"{name} of shape {values.shape} holds {cls.noun}s with {values.shape[-1]} "
                "channels, not 1, 3 or 4: they are (n, height, width) or (n, height, width, "
                f"channels). Say what the array is, e.g. {option(name, 'volume')}."
            )
        if values.dtype.kind not in "uifb":
            raise ValueError(
                f"{name}: images hold {values.dtype} pixels. Pixels are numbers."
            )
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            first, _ = first_wrong(~np.isfinite(values))
            raise ValueError(
                f"{name}: images hold NaN or infinity, first in image {first}. Remove or mend them."
            )

    @classmethod
    def _check_white(cls, values, name):
        low, high = values.min(), values.max()
        if values.dtype.kind == "f" and (low < 0 or high > 1):
            raise ValueError(
                f"{name}: pixels from {low} to {high} ({values.dtype}) lie outside 0 to 1, black "
                "and white of float images. Divide them, store whole numbers, or say what black "
                f"and white are: low={low:g} and high={high:g}."
            )
        if values.dtype.kind == "u" and high <= 1:
            raise ValueError(
                f"{name}: {values.dtype} pixels from {low} to {high} are all but black on the "
                "scale of 0 to 255. Multiply them by 255, store them as float32 or bool, or say "
                "what white is: high=1."
            )


def _way_there(low, high):
    """The expression that most likely brings values to [0, 1]."""
    if low < 0:
        return f"(x - {low:g}) / {high - low:g}"
    return f"x / {next(white for white in (16, BYTE, 4095, 65535, float(high)) if high <= white):g}"
