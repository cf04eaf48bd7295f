"""Small heads written as NIfTI files and DICOM series, with their table."""

import csv

import nibabel
import numpy as np
from nibabel import orientations

SHAPE = 20, 24, 18  # voxels to the right, to the front and upwards
RAS = orientations.axcodes2ornt("RAS")


def head(seed=0, shape=SHAPE):
    """A volume in RAS: an ellipsoid in the dark, with a bright spot at its right, front and top."""
    random = np.random.default_rng(seed)
    places = np.stack(
        np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij")
    )
    inside = np.square(places).sum(axis=0) < 0.7
    spot = (
        np.square(places - np.reshape((0.4, 0.3, 0.2), (3, 1, 1, 1))).sum(axis=0) < 0.06
    )
    return np.float32(inside * (300 + random.normal(0, 20, shape)) + 400 * spot)


def write(path, values=None, codes="RAS", spacing=(2.0, 2.0, 2.0), affine=None):
    """Writes a RAS volume with its axes along ``codes``, its middle at 0 mm; returns the path."""
    values = head() if values is None else values
    if affine is None:
        affine = np.diag([*spacing, 1.0])
        affine[:3, 3] = -np.array(spacing) * (np.array(values.shape[:3]) // 2)
    image = nibabel.Nifti1Image(values, affine)
    turned = orientations.ornt_transform(RAS, orientations.axcodes2ornt(codes))
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(image.as_reoriented(turned), path)
    return path


def people(folder, count=24, **columns):
    """A table of people of two classes with a small head each; ``columns`` add or replace some."""
    for number in range(count):
        write(folder / "scans" / f"{number}.nii.gz", head(number))
    return table(folder, count, **columns)


def table(folder, count=24, **columns):
    """The table alone."""
    rows = range(count)
    every = {
        "file": [f"scans/{number}.nii.gz" for number in rows],
        "subject": [f"P{number}" for number in rows],
        "diagnosis": ["ad" if number % 2 else "control" for number in rows],
        "age": [60 + number % 20 for number in rows],
        **columns,
    }
    path = folder / "people.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([name for name, values in every.items() if values is not None])
        writer.writerows(
            zip(
                *(values for values in every.values() if values is not None),
                strict=True,
            )
        )
    return path


def write_series(
    folder, values=None, spacing=(2.0, 2.0, 2.0), slope=2.0, intercept=-100.0
):
    """Writes a RAS volume as an axial DICOM series, slices out of order; returns the folder."""
    import pydicom
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    values = head() if values is None else values
    series = generate_uid(entropy_srcs=[str(folder)])
    folder.mkdir(parents=True, exist_ok=True)
    stored = np.rint((values - intercept) / slope).astype("uint16")
    first = -np.array(spacing) * (np.array(values.shape) // 2)
    for number in range(values.shape[2]):
        meta = FileMetaDataset()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        meta.MediaStorageSOPClassUID = MRImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid(
            entropy_srcs=[f"{folder}{number}"]
        )
        part = pydicom.Dataset()
        part.file_meta = meta
        part.SOPClassUID, part.SOPInstanceUID = (
            MRImageStorage,
            meta.MediaStorageSOPInstanceUID,
        )
        part.SeriesInstanceUID = series
        part.Modality = "MR"
        # In RAS, rows run to the front and columns to the right; in DICOM's LPS, to the back and
        # to the left.
        plane = stored[:, :, number].T
        part.Rows, part.Columns = plane.shape
        part.PixelSpacing = [spacing[1], spacing[0]]
        part.SliceThickness = spacing[2]
        part.ImageOrientationPatient = [-1, 0, 0, 0, -1, 0]
        part.ImagePositionPatient = [
            -first[0],
            -first[1],
            first[2] + number * spacing[2],
        ]
        part.RescaleSlope, part.RescaleIntercept = slope, intercept
        part.SamplesPerPixel, part.PhotometricInterpretation = 1, "MONOCHROME2"
        part.BitsAllocated, part.BitsStored, part.HighBit, part.PixelRepresentation = (
            16,
            16,
            15,
            0,
        )
        part.PixelData = plane.tobytes()
        part.save_as(
            folder / f"{(7 * number) % values.shape[2]:03d}.dcm",
            enforce_file_format=True,
        )
    return folder
