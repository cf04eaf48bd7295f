"""Whole scans for networks, by slice or as volumes, and files of the results on the same grid."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import nibabel
import numpy as np
from nibabel import orientations
from scipy import ndimage

from kgen import checks
from kgen.checks import by
from kgen.data.scans.clipped import Clipped
from kgen.data.scans.cut import AXES, Cut
from kgen.data.scans.framing import as_seen
from kgen.data.scans.opening import opened
from kgen.data.scans.scan import Scan, gaps_told
from kgen.data.scans.shading import Shading
from kgen.decoding import decoding
from kgen.types import Array

SUFFIXES = ".nii", ".nii.gz"
RAS = orientations.axcodes2ornt("RAS")


class Whole(NamedTuple):
    """A scan as a network takes it, and the way back to the grid of its file.

    Args:
        path: of the file.
        values: array (right, front, up).
        spacing: tuple of three floats, millimetres per voxel.
        cut: ``Cut``, the axis along which slices are taken, or none.
        pixel: float, millimetres per pixel of the network.
        shading: ``Shading``, the scale on which the network sees the values.
    """

    path: Path
    values: np.ndarray
    spacing: tuple
    cut: Cut
    pixel: float
    shading: Shading

    @classmethod
    def of(
        cls,
        path: Path,
        given: Mapping[str, Any],
        name: str = "x",
        pixel: float | None = None,
    ) -> Self:
        """The scan of a file as a value of the field ``name``, with the training's data options.

        ``pixel`` is the millimetres per pixel of the training; by default the scan's own.
        """
        cut = Cut(given.get("axis", "z"))
        scan = Scan.of(path)
        pixel = pixel or given.get("pixel") or round(min(cut.kept(scan.spacing)), 3)
        checks.check_positive(pixel=pixel)
        shading = Shading.of(given, name, cut.rank)
        return cls(path, scan.values, scan.spacing, cut, float(pixel), shading)

    @property
    def clipped(self) -> Clipped:
        """The values outside of the window, if the network sees one."""
        return self.shading.clipped(self.values)

    def mapped(self, function: Callable[[Array], Array]) -> Array:
        """``function`` of every image, from (…, 1) to (…, channels), on the scan's own grid."""
        if self.cut.whole:
            return self._one(self.values, function)
        axis = AXES.index(self.cut.axis)
        parts = np.moveaxis(self.values, axis, 0)
        return np.stack([self._one(part, function) for part in parts], axis=axis)

    def write(self, path: Path, values: Array) -> None:
        """Writes values on the scan's own grid, with its affine and codes, to a NIfTI file."""
        image = opened(self.path)
        way = orientations.ornt_transform(
            RAS, orientations.io_orientation(image.affine)
        )
        stored = orientations.apply_orientation(values, way).reshape(image.shape)
        made = nibabel.Nifti1Image(stored, image.affine)
        _place_as(made, image)
        made.header.set_xyzt_units("mm")
        path.parent.mkdir(parents=True, exist_ok=True)
        nibabel.save(made, path)

    def _one(self, values, function):
        seen = as_seen(values)
        steps = self.pixel / np.array(self.cut.kept(self.spacing)[::-1])
        shown = _resampled(self.shading.shown(seen), steps)
        image = np.rint(shown).astype(self.shading.dtype)
        made = np.moveaxis(function(image[..., None]), -1, 0)
        # as_seen is its own inverse.
        channels = [as_seen(_restored(part, steps, seen.shape)) for part in made]
        return np.stack(channels, axis=-1)


def _place_as(made, image):
    """Gives a file both affines of another, with the codes that say what they are of."""
    if isinstance(image, nibabel.Nifti1Image):
        made.set_sform(*image.get_sform(coded=True))
        made.set_qform(*image.get_qform(coded=True))


def is_scan(path: Path) -> bool:
    """Whether a path is a NIfTI file or a folder of such files."""
    return bool(scans_in(path))


def scans_in(path: Path) -> list[Path]:
    """The NIfTI files of a path: the file itself, or those of a folder in alphabetical order."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in files if file.name.lower().endswith(SUFFIXES)]


def check_readable(
    files: Sequence[Path], read: Callable[[Path], Whole], patch: Sequence[int]
) -> None:
    """Raises and lists all scans that ``read`` refuses or that are too small for the network."""
    faults = []
    for file in files:
        try:
            with decoding(file, "a NIfTI file"):
                scan = read(file)
            faults += _gaps(scan) + _too_small(scan, patch)
        except (ValueError, OSError) as error:
            faults.append(str(error))
    if faults:
        raise ValueError(" · ".join(faults))


def _gaps(scan):
    told = gaps_told(scan.values)
    return [f"{scan.path.name} {told}. Mend it, or leave it out."] if told else []


def _too_small(scan, patch):
    sides = (
        np.array(scan.cut.kept(scan.values.shape))[::-1]
        * scan.cut.kept(scan.spacing)[::-1]
        / scan.pixel
    )
    if (2 * sides > patch).all():
        return []
    told = (
        f"{scan.path.name} has {by(sides, '.0f')} pixels of {scan.pixel:g} mm, "
        f"less than half of the patch of {by(patch, '.0f')}"
    )
    return [f"{told} that the model was trained on. Give a scan of the same region."]


def _resampled(values, steps):
    if np.allclose(steps, 1.0):
        return values
    smoothed = (
        ndimage.gaussian_filter(values, np.maximum(0, (steps - 1) / 2))
        if (steps > 1).any()
        else values
    )
    size = np.maximum(1, np.ceil(np.array(values.shape) / steps)).astype(int)
    return ndimage.affine_transform(
        smoothed, steps, _begin(steps), tuple(size), order=1, mode="nearest"
    )


def _restored(values, steps, shape):
    if np.allclose(steps, 1.0):
        return values
    return ndimage.affine_transform(
        values, 1 / steps, _begin(1 / steps), shape, order=1, mode="nearest"
    )


def _begin(steps):
    """The middle of the first pixel in the other grid, if both grids have the same first corner."""
    return (steps - 1) / 2
