from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from kgen.data.scans.scan import Scan
from kgen.names import present
from kgen.types import Array

AXES = "xyz"  # to the right, to the front, upwards
WHOLE = "none"
NEAR = 1e-3  # voxels; a place this close to a voxel is that voxel


class Cut(NamedTuple):
    """Which slice of a volume is taken, or all of it.

    Args:
        axis: ``"z"`` (axial), ``"y"`` (coronal), ``"x"`` (sagittal), or ``"none"`` for volumes.
        millimetre: float, the place along the axis in the coordinates of the file; values between
            two slices are interpolated.
        index: int, the number of the slice along the axis, from the left, the back or the bottom.

    Raises:
        ValueError: if the axis is not known or both places are given.
    """

    axis: str = "z"
    millimetre: float | None = None
    index: int | None = None  # type: ignore[assignment]

    @property
    def whole(self) -> bool:
        """Whether whole volumes are taken."""
        return self.axis == WHOLE

    @property
    def rank(self) -> int:
        """The number of axes that are left."""
        return 3 if self.whole else 2

    def checked(self) -> Self:
        """Itself; raises if its parts contradict each other."""
        if self.axis not in (*AXES, WHOLE):
            raise ValueError(
                f"axis={self.axis!r} is not known. Choose z (axial), y (coronal), x (sagittal) or "
                "none."
            )
        places = present({"millimetre": self.millimetre, "index": self.index})
        told = [f"{name}={place}" for name, place in places.items()]
        if len(told) > 1 or (told and self.whole):
            raise ValueError(
                f"{' and '.join(told)} with axis={self.axis}: a slice has one place. Give one of "
                "them."
            )
        return self

    def kept(self, per_axis: Sequence[float]) -> list[float]:
        """Those of three things, one per axis, that belong to the axes that are left."""
        return [
            part for part, axis in zip(per_axis, AXES, strict=True) if axis != self.axis
        ]

    def of(self, scan: Scan) -> Array:
        """The values of a ``Scan`` along the axes that are left; raises if the place is outside."""
        if self.whole:
            return scan.values
        axis = AXES.index(self.axis)
        place = self._place(scan, axis)
        below = min(int(place), scan.values.shape[axis] - 1)
        share = place - below
        first = np.take(scan.values, below, axis)
        if share == 0:
            return first
        return (1 - share) * first + share * np.take(scan.values, below + 1, axis)

    def _place(self, scan, axis):
        """Where the slice lies, in voxels from the first."""
        count, spacing, origin = (
            scan.values.shape[axis],
            scan.spacing[axis],
            scan.origin[axis],
        )
        if self.index is not None:
            place, told, ends = self.index, f"index={self.index}", (0, count - 1)
        elif self.millimetre is not None:
            place = (self.millimetre - origin) / spacing
            told, ends = (
                f"millimetre={self.millimetre:g}",
                (origin, origin + (count - 1) * spacing),
            )
        else:
            return count // 2
        if not -0.5 <= place <= count - 0.5:
            raise ValueError(
                f"{told} lies outside: along {self.axis} it goes from {ends[0]:g} to {ends[1]:g}"
            )
        place = min(max(place, 0), count - 1)
        return round(place) if abs(place - round(place)) < NEAR else place
