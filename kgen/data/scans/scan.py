import hashlib
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from nibabel import orientations

from kgen.checks import counted
from kgen.data.scans.head import Head, three_sides
from kgen.data.scans.opening import WAY, WHAT, opened
from kgen.decoding import decoding
from kgen.types import Array


class Scan(NamedTuple):
    """A volume with axes to the right, front and top (RAS), whatever the orientation of its file.

    Args:
        values: array (right, front, up), float32.
        spacing: tuple of three floats, millimetres per voxel.
        origin: array of three floats, the position of voxel 0 along each axis, in millimetres of
            the file.
        digest: bytes, a hash of the values.
    """

    values: np.ndarray
    spacing: tuple
    origin: np.ndarray
    digest: bytes

    @classmethod
    def of(cls, path: Path) -> Self:
        """The volume of a NIfTI file, or of a folder of a DICOM series."""
        image = opened(path)
        head = Head.of(image)
        with decoding(path, WHAT, WAY):
            stored = image.get_fdata(dtype="float32", caching="unchanged").reshape(
                three_sides(image.shape)
            )
        turned = orientations.io_orientation(image.affine)
        values = np.ascontiguousarray(orientations.apply_orientation(stored, turned))
        middle = image.affine @ [*(np.subtract(stored.shape, 1) / 2), 1]
        # In an oblique volume, this is the position on the line through its middle.
        origin = middle[:3] - np.subtract(values.shape, 1) / 2 * head.spacing
        return cls(
            values,
            head.spacing,
            origin,
            hashlib.blake2b(values.data, digest_size=16).digest(),
        )


def gaps_told(values: Array) -> str:
    """In words, how many voxels hold NaN or infinity; an empty text without any."""
    wrong = int(np.count_nonzero(~np.isfinite(values)))
    return f"holds NaN or infinity in {counted(wrong, 'voxel')}" if wrong else ""
