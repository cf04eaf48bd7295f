"""A volume of whatever format, opened; what keeps it from being one in words."""

import nibabel

from kgen.data.scans import dicom
from kgen.decoding import decoding

WHAT = "a NIfTI file"
WAY = "Put a whole copy of it back, or leave its row out."


class NoVolume(ValueError):
    """A file of something else than a volume with a place.

    Args:
        reason: str, what it is instead.
        way: str, the way out.
    """

    def __init__(self, reason, way):
        super().__init__(f"{reason}. {way}")
        self.reason, self.way = reason, way


def opened(path):
    """A NIfTI file, or a folder of a DICOM series, as an image of nibabel's."""
    if path.is_dir():
        return dicom.series(path)
    with decoding(path, WHAT, WAY):
        return nibabel.load(path)
