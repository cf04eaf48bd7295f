from dataclasses import dataclass

import numpy as np

from kgen.types import Array

CENTRE = 0.0, -17.0, 10.0  # of the head, mm in MNI152


@dataclass(frozen=True)
class Grid:
    """Points of an image or a volume in mm of MNI152: x points right, y to the front, z up.

    Args:
        sides: tuple of ints, points along each axis; two of an axial slice, three of a volume.
        spacing: float > 0, millimetres between two points.
        height: float, z of a slice, mm.

    Example:
        >>> Grid((96, 96), spacing=2.25, height=12.0).axes[0][:3]
        array([-106.875, -104.625, -102.375])
    """

    sides: tuple
    spacing: float
    height: float = 12.0

    @property
    def rank(self) -> int:
        """2 for a slice, 3 for a volume."""
        return len(self.sides)

    @property
    def axes(self) -> list[Array]:
        """The coordinates along each axis, mm."""
        found = []
        for middle, side in zip(CENTRE, self.sides, strict=False):
            ticks = np.arange(side) - (side - 1) / 2
            found.append(middle + self.spacing * ticks)
        return found

    @property
    def _corner(self) -> list[float]:
        """The coordinates of the first point, mm."""
        return [axis[0] for axis in self.axes]

    @property
    def points(self) -> Array:
        """The coordinates of every point, mm: an array (rank, …)."""
        return np.stack(np.meshgrid(*self.axes, indexing="ij")).astype("float32")

    @property
    def affine(self) -> Array:
        """The matrix (4, 4) from indices to millimetres; a slice is one voxel thick."""
        matrix = np.diag([self.spacing] * 3 + [1.0])
        matrix[:3, 3] = [*self._corner, self.height][:3]
        return matrix

    def coarser(self, factor: int) -> "Grid":
        """A grid at the same place, with points ``factor`` times as far apart."""
        sides = tuple(-(-side // factor) + 2 for side in self.sides)
        return Grid(sides, self.spacing * factor, self.height)

    def indices(self, points: Array) -> Array:
        """Where points, mm, lie on the grid, in units of its spacing."""
        starts = np.reshape(self._corner, (-1, *[1] * (points.ndim - 1)))
        return (points - starts.astype("float32")) / np.float32(self.spacing)
