import math
from dataclasses import dataclass

from kgen import checks
from kgen.types import Shape

# Channels of G's feature maps from the coarsest, as multiples of the width; D has them reversed.
MULTIPLES = {5: (16, 16, 8, 4, 2, 1), 6: (16, 16, 8, 8, 4, 2, 1)}
MOST_DOUBLINGS = 6
LARGEST_ATTENTION = 64  # points along a side: the cost grows with their fourth power


@dataclass(frozen=True)
class Pyramid:
    """The sides and channels of BigGAN's feature maps.

    Args:
        shape: tuple (height, width, channels) of the images, squares of base · 2, 4, … 64 pixels.
        width: int ≥ 1, the unit of channels; the paper has 96.
        base: int ≥ 2, side of the coarsest map.
        attention: side of the map with self-attention; 0 for none; ``None`` for the largest one
            up to half of the image and to 64.

    Raises:
        ValueError: if the images are no such squares, or no map has the side ``attention``.

    Example:
        >>> Pyramid((128, 128, 3), width=96).widths  # 1536, 1536, 768, 384, 192, 96
    """

    shape: Shape
    width: int = 16
    base: int = 4
    attention: int | None = None

    def __post_init__(self):
        checks.check_sizes(width=self.width, base=self.base)
        checks.check_number("base", self.base, 2, math.inf)
        if self.shape[:2] not in [(side, side) for side in self._possible]:
            raise ValueError(self._why_not())
        if self.attention not in (None, 0, *self.sides):
            known = ", ".join(map(str, self.sides))
            raise ValueError(
                f"attention={self.attention!r} is the side of no map: {known}, or 0."
            )

    @property
    def doublings(self) -> int:
        """How many doublings lead from the coarsest map to the image."""
        return round(math.log2(self.shape[0] / self.base))

    @property
    def sides(self) -> list[int]:
        """The sides of all maps below the size of the image."""
        return [self.base * 2**number for number in range(self.doublings)]

    @property
    def widths(self) -> list[int]:
        """The channels of G's maps, from the coarsest."""
        multiples = MULTIPLES.get(self.doublings, MULTIPLES[5])[: self.doublings + 1]
        return [self.width * multiple for multiple in multiples]

    @property
    def attended(self) -> int:
        """The side of the map with self-attention, or 0."""
        if self.attention is None:
            return max(
                (side for side in self.sides if side <= LARGEST_ATTENTION), default=0
            )
        return self.attention

    @property
    def _possible(self):
        return [self.base * 2**number for number in range(1, MOST_DOUBLINGS + 1)]

    def _why_not(self):
        height, width = self.shape[:2]
        known = ", ".join(map(str, self._possible))
        message = (
            f"x holds images of {height}×{width} pixels: with base={self.base} they are squares "
            f"with a side of {known}. "
        )
        bases = [height >> power for power in range(1, MOST_DOUBLINGS + 1)]
        fitting = [b for p, b in enumerate(bases, 1) if b << p == height and 4 <= b < 8]
        if height == width and fitting:
            return message + f"Set base={fitting[0]}."
        return (
            message + "Resize them, such as with the option size=64 of the data source."
        )
