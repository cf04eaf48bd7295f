"""Opens a volume of any format, and says in words why a file is none."""

from pathlib import Path
from typing import cast

import nibabel
from nibabel.spatialimages import SpatialImage

from kgen.data.scans import dicom
from kgen.decoding import decoding

WHAT = "a NIfTI file"
WAY = "Put a whole copy of it back, or leave its row out."


class NoVolume(ValueError):
    """A file that is something else than a volume with a place.

    Args:
        reason: str, what it is instead.
        way: str, the remedy.
    """

    def __init__(self, reason: str, way: str):
        super().__init__(f"{reason}. {way}")
        self.reason, self.way = reason, way


def opened(path: Path) -> SpatialImage:
    """A NIfTI file, or a folder of a DICOM series, as a nibabel image."""
    if path.is_dir():
        return dicom.series(path)
    with decoding(path, WHAT, WAY):
        return cast(SpatialImage, nibabel.load(path))
