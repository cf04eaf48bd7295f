from pathlib import Path
from typing import NamedTuple, Self

import nibabel
import numpy as np
from nibabel import orientations
from nibabel.spatialimages import SpatialImage

from kgen.checks import by
from kgen.data.scans.opening import NoVolume, opened
from kgen.types import Shape

FEW = (
    "Cut one volume out, such as nibabel.four_to_three(image)[0], or leave its row out."
)


class Head(NamedTuple):
    """What the header of a volume says.

    Args:
        shape: tuple of three ints, voxels to the right, to the front and upwards.
        spacing: tuple of three floats, millimetres per voxel along these axes.
        stored: str, the directions in which the file's own axes run, such as ``LPS``.
        known: bool, whether the file says where the volume lies.
        corners: tuple of eight tuples, the positions of the outermost voxels in millimetres.
    """

    shape: tuple
    spacing: tuple
    stored: str
    known: bool
    corners: tuple = ()

    @classmethod
    def of(cls, image: SpatialImage) -> Self:
        """The header of an image; raises if it is no volume."""
        shape = three_sides(image.shape)
        spacing = nibabel.affines.voxel_sizes(image.affine)
        if not np.isfinite(image.affine).all() or not (spacing > 0).all():
            told = ", ".join(f"{size:g}" for size in spacing)
            raise NoVolume(
                f"has voxels with the sides {told} mm",
                "Mend its affine, or leave its row out.",
            )
        order = orientations.io_orientation(image.affine)[:, 0].argsort()
        stored = "".join(nibabel.aff2axcodes(image.affine))
        sides, sizes = np.asarray(shape)[order], np.asarray(spacing)[order]
        return cls(
            tuple(sides.tolist()),
            tuple(sizes.tolist()),
            stored,
            _is_placed(image),
            _corners(image.affine, shape),
        )

    def distance(self, other: Self) -> float:
        """How far voxels lie from those of another volume, at most, in millimetres.

        The volumes have one shape; 0 if one of them does not say where it lies.
        """
        if not (self.known and other.known):
            return 0.0
        apart = np.subtract(self.corners, other.corners)
        return float(np.linalg.norm(apart, axis=1).max())


def head_of(path: Path) -> Head:
    """The ``Head`` of a file or folder."""
    return Head.of(opened(path))


def three_sides(shape: Shape) -> Shape:
    """The first three sides; raises if there are more axes, or fewer."""
    if len(shape) < 3 or any(side != 1 for side in shape[3:]):
        told = f"holds {len(shape)} axes, {by(shape)}, and a volume has three"
        raise NoVolume(told, FEW)
    return shape[:3]


def _corners(affine, shape):
    """The outermost voxels of a volume turned to RAS."""
    turned = orientations.io_orientation(affine)
    to_file = orientations.inv_ornt_aff(turned, shape)
    sides = np.asarray(shape)[turned[:, 0].argsort()]
    corners = np.array(list(np.ndindex(2, 2, 2))) * (sides - 1)
    places = nibabel.affines.apply_affine(affine @ to_file, corners)
    return tuple(map(tuple, places.tolist()))


def _is_placed(image):
    """Whether the header says where the volume lies; formats without such codes always do."""
    header = image.header
    if not isinstance(header, nibabel.Nifti1Header):
        return True
    return bool(header["qform_code"] or header["sform_code"])
