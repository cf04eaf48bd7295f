"""A DICOM series, in a folder as scanners write it, as one volume."""

from pathlib import Path
from types import ModuleType

import nibabel
import numpy as np

from kgen.checks import counted
from kgen.decoding import decoding

INSTALL = (
    "DICOM series are read by pydicom, which is not installed: "
    'pip install "keras-kgen[dicom]".'
)
UNEVEN = 0.01  # share of a slice's distance by which distances may differ
TO_RAS = np.diag([-1.0, -1.0, 1.0])  # DICOM's axes run to the left and to the back
WAY = "Put a whole series of one scan there, or leave its row out."


def series(folder: Path) -> nibabel.Nifti1Image:
    """The slices of a folder in order, with slope and intercept applied, as a nibabel image."""
    pydicom = checked_reader()
    with decoding(folder, "a DICOM series", WAY):
        slices = []
        for path in filter(Path.is_file, sorted(folder.iterdir())):
            part = _read(pydicom, path)
            if part is not None:
                slices.append(part)
        _check_one_series(slices)
        slices.sort(key=_place)
        values = np.stack(list(map(_pixels, slices)))
        return nibabel.Nifti1Image(values.transpose(1, 2, 0), _affine(slices))


def checked_reader() -> ModuleType:
    """The package that reads DICOM; raises if it is not installed, and says how to install it."""
    try:
        import pydicom
    except ImportError as error:
        raise ImportError(INSTALL) from error
    return pydicom


def _read(pydicom, path):
    """A slice; ``None`` if the file is not DICOM or holds no image."""
    try:
        found = pydicom.dcmread(path)
    except pydicom.errors.InvalidDicomError:
        return None
    return found if "PixelData" in found else None


def _check_one_series(slices):
    if not slices:
        raise ValueError("it holds no DICOM images")
    if any(int(part.get("NumberOfFrames") or 1) > 1 for part in slices):
        raise ValueError(
            "it holds several slices in one file: convert it to NIfTI, e.g. with dcm2niix"
        )
    if any(int(part.get("SamplesPerPixel") or 1) > 1 for part in slices):
        raise ValueError("it holds pictures in colour, and no scan of grey values")
    named = [part for part in slices if "SeriesInstanceUID" in part]
    kinds = {
        "series": {str(part.SeriesInstanceUID) for part in named},
        "sizes": {(part.Rows, part.Columns) for part in slices},
        "orientations": set(map(_orientation, slices)),
    }
    for told, found in kinds.items():
        if len(found) > 1:
            raise ValueError(
                f"its {counted(len(slices), 'image')} are of {len(found)} {told}"
            )


def _directions(part):
    """The directions along a row and along a column, as unit vectors."""
    return np.array(part.ImageOrientationPatient, float).reshape(2, 3)


def _orientation(part):
    return tuple(np.round(_directions(part).ravel(), 3).tolist())


def _normal(part):
    return np.cross(*_directions(part))


def _position(part):
    return np.array(part.ImagePositionPatient, float)


def _place(part):
    """How far along the stack a slice lies, mm."""
    return float(_normal(part) @ _position(part))


def _pixels(part):
    """The values of a slice in the units of the scan, such as Hounsfield units."""
    slope, intercept = (
        float(part.get("RescaleSlope", 1)),
        float(part.get("RescaleIntercept", 0)),
    )
    return part.pixel_array.astype("float32") * np.float32(slope) + np.float32(
        intercept
    )


def _affine(slices):
    """The matrix from (row, column, slice) to millimetres to the right, to the front and up."""
    first = slices[0]
    along_row, along_column = _directions(first)
    between_rows, between_columns = map(float, first.PixelSpacing)
    step = _normal(first) * _distance(slices)
    axes = np.stack(
        [along_column * between_rows, along_row * between_columns, step], axis=1
    )
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = TO_RAS @ axes, TO_RAS @ _position(first)
    return affine


def _distance(slices):
    """Millimetres between two slices; raises if slices are missing or repeated."""
    if len(slices) == 1:
        return float(slices[0].get("SliceThickness") or 1.0)
    distances = np.diff(list(map(_place, slices)))
    usual = float(np.median(distances))
    if usual <= 0 or np.abs(distances - usual).max() > UNEVEN * usual:
        raise ValueError(
            f"its slices are {distances.min():g} to {distances.max():g} mm apart: some lack or "
            "repeat"
        )
    return usual
