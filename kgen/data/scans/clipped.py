import math
from typing import NamedTuple, Self

from kgen.checks import counted
from kgen.types import Array


class Clipped(NamedTuple):
    """How many points of images lie outside of their window.

    Args:
        outside: int, the points outside.
        points: int, all points.
        least: float, the least value.
        greatest: float, the greatest value.
    """

    outside: int = 0
    points: int = 0
    least: float = math.inf
    greatest: float = -math.inf

    @classmethod
    def of(cls, values: Array, window: tuple[float, float]) -> Self:
        """The counts of one image; NaN is outside."""
        low, high = window
        inside = int(((values >= low) & (values <= high)).sum())
        limits = float(values.min()), float(values.max())
        return cls(values.size - inside, values.size, *limits)

    def plus(self, other: Self) -> Self:
        """The counts of two sets of images together."""
        return self._replace(
            outside=self.outside + other.outside,
            points=self.points + other.points,
            least=min(self.least, other.least),
            greatest=max(self.greatest, other.greatest),
        )

    def __str__(self) -> str:
        share = self.outside / max(1, self.points)
        return f"{counted(self.outside, 'point')} ({share:.2%})"
