import math
from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from scipy import ndimage

from kgen import checks
from kgen.data.pictures import sides
from kgen.types import Array

# The head begins where values exceed this share of the range between these percentiles.
FAINT, DARK, BRIGHT = 0.1, 2, 98
STEP = 8  # pixels; a size that is not given is a multiple of it
WHITE = 255


class Framing(NamedTuple):
    """How images are brought to one size and one scale of brightness.

    Args:
        pixel: float, millimetres per pixel; ``None`` for the median of the files' own.
        size: tuple of ints, pixels; ``None`` for the least multiple of 8 that holds every image.
        percentiles: pair of floats, the percentiles inside the head that become black and white.
    """

    pixel: float | None
    size: tuple | None
    percentiles: tuple

    @classmethod
    def of(
        cls, pixel: float | None, size: str | None, percentiles: str, rank: int
    ) -> Self:
        """The framing by the options of a data set; raises for a value out of range."""
        if pixel is not None:
            checks.check_positive(pixel=pixel)
        return cls(
            pixel, sides(size, rank) if size else None, _percentiles(percentiles)
        )

    def for_all(
        self, spacings: Sequence[Sequence[float]], shapes: Sequence[Sequence[float]]
    ) -> Self:
        """A copy with known pixel and size, by all images' spacings and shapes on the axes left."""
        usual = float(np.median(list(map(min, spacings))))
        pixel = self.pixel or round(usual, 3)
        size = self.size or _holding(spacings, shapes, pixel)
        return self._replace(pixel=pixel, size=size)

    def of_values(self, values: Array, spacing: Sequence[float]) -> Array:
        """An image as bytes at that size, centred on its head; raises if it has one shade."""
        return self.placed(values, head_of_shades(values), spacing)

    def placed(self, values: Array, head: Array, spacing: Sequence[float]) -> Array:
        """An image centred on a given head, whose values set the scale."""
        black, white = np.percentile(values[head], self.percentiles)
        if black == white:
            raise ValueError(f"all of the head has the one shade {black:g}")
        shades = np.clip((values - black) / (white - black), 0, 1)
        return np.rint(WHITE * self._resampled(shades, head, spacing)).astype("uint8")

    def windowed(
        self,
        values: Array,
        window: tuple[float, float],
        head: Array,
        spacing: Sequence[float],
    ) -> Array:
        """Values clipped to a window, centred on a head."""
        low, high = window
        return np.rint(
            self._resampled(np.clip(values, low, high) - low, head, spacing) + low
        )

    def classes(self, values: Array, head: Array, spacing: Sequence[float]) -> Array:
        """The numbers of a mask, which are never mixed, centred on a head."""
        return self._resampled(values, head, spacing, order=0)

    def _resampled(self, shades, head, spacing, order=1):
        """The shades on the grid of the framing, black beyond the image."""
        steps = self.pixel / np.array(spacing)
        if order and (steps > 1).any():
            # Details finer than a pixel are smoothed away, or they would alias.
            shades = ndimage.gaussian_filter(shades, np.maximum(0, (steps - 1) / 2))
        box = ndimage.find_objects(head.astype(int))[0]
        centre = [(part.start + part.stop - 1) / 2 for part in box]
        begin = np.rint(centre - (np.array(self.size) - 1) / 2 * steps)
        return ndimage.affine_transform(
            shades, steps, begin, self.size, order=order, mode="constant", cval=0.0
        )


def as_seen(values: Array) -> Array:
    """An image or a volume with axes to the right, front and top, as radiologists look at it.

    The front, or the top, is above. The patient's right is on the left of the image; in a view
    from the side, the nose is.
    """
    return np.flip(values).T


def head_of_shades(values: Array) -> Array:
    """Where the head is; raises for an image of one shade, which shows no head."""
    if values.min() == values.max():
        raise ValueError(f"all of it has the one shade {values.min():g}")
    return head_in(values)


def head_in(values: Array) -> Array:
    """Where the head is: the largest piece that is not dark, with its holes filled."""
    dark, bright = np.percentile(values, (DARK, BRIGHT))
    if dark == bright:
        dark, bright = values.min(), values.max()
    pieces, _ = ndimage.label(values > dark + FAINT * (bright - dark))
    largest = np.bincount(pieces.ravel())[1:].argmax() + 1
    return ndimage.binary_fill_holes(pieces == largest)


def _holding(spacings, shapes, pixel):
    """The least size, with equal sides, that holds every image."""
    longest = np.multiply(spacings, shapes).max()
    side = STEP * math.ceil(longest / pixel / STEP)
    return (side,) * len(shapes[0])


def _percentiles(text):
    try:
        low, high = map(float, text.split(","))
    except ValueError:
        low, high = 1, 0
    if not 0 <= low < high <= 100:
        raise ValueError(
            f"percentiles={text!r} are not two numbers from 0 to 100, the lesser first, such as "
            "1,99."
        )
    return low, high
