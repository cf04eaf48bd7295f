"""The second file of each row: an image in a value window, or a mask, on the grid of the first."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from kgen.checks import by, counted
from kgen.data.faults import Fault
from kgen.data.scans.columns import LABEL
from kgen.data.scans.head import Head, head_of
from kgen.data.scans.scan import Scan
from kgen.decoding import reason
from kgen.fields import Field, Image, Mask, Volume
from kgen.types import Array

IMAGE, MASK = "image", "mask"
SAME = 1e-3  # mm; voxels that differ by less are of one size
RESAMPLED = "Resample it to the grid of its partner, or leave its row out."


class Partners(NamedTuple):
    """What the second files are.

    Args:
        paths: list, one per row.
        kind: ``"image"`` or ``"mask"``.
        window: pair of numbers to which the values of an image are clipped; without a window, they
            are scaled like the first file.
    """

    paths: list
    kind: str
    window: tuple | None

    @classmethod
    def of(
        cls, paths: list[Path] | None, target: str | None, window: str | None
    ) -> Self | None:
        """The partners by the options of a data set; ``None`` if there are none."""
        ends = window_of(window) if window else None
        return cls(paths, IMAGE if target else MASK, ends) if paths else None

    @property
    def is_mask(self) -> bool:
        """Whether they are masks."""
        return self.kind == MASK

    @property
    def dtype(self) -> str:
        """The type in which they are kept."""
        return "int16" if self.is_mask or self.window else "uint8"

    def faults(self, files: Sequence[Path], heads: Mapping[Path, Head]) -> list[Fault]:
        """The partners that cannot be read, or whose grid is not that of their files' ``heads``."""
        found = []
        for file, path in zip(files, self.paths, strict=True):
            fault = _of_pair(path, heads[file]) if file in heads else None
            if fault:
                found.append(fault)
        return found

    def values(self, number: int) -> Scan:
        """The ``Scan`` of a row; raises if it is no partner of this kind."""
        scan = Scan.of(self.paths[number])
        if self.is_mask and (scan.values != np.rint(scan.values)).any():
            wrong = scan.values[scan.values != np.rint(scan.values)][0]
            raise ValueError(
                f"holds {wrong:g}, and a mask holds whole numbers, one per class"
            )
        return scan

    def field(self, images: Array, name: str, training: Array) -> Field:
        """The field of all partners; raises if others show classes that ``training`` rows lack."""
        if self.is_mask:
            _check_classes(images, training, name)
            return Mask.of(images, f"{name}: y")
        if images.ndim == 5:
            return Volume.of(images, f"{name}: y")
        low, high = self.window or (None, None)
        return Image.of(images, f"{name}: y", low, high)

    def told(self, outside: int) -> tuple[str, ...]:
        """A note on the values that were clipped to the window."""
        return (clipped_told("y", outside, self.window),) if self.window else ()


def clipped_told(name: str, outside: int, window: tuple[float, float]) -> str:
    """A note on values of the field ``name`` that were clipped to its window."""
    low, high = window
    told = f"{name}: {counted(outside, 'point')} outside of window={low:g},{high:g}"
    return f"{told} brought to its ends."


def _of_pair(path, head):
    try:
        own = head_of(path)
    except (ValueError, OSError) as error:
        return Fault(path.name, f"cannot be read ({reason(error)})", RESAMPLED)
    if own.shape != head.shape:
        told = f"has {by(own.shape)} voxels, and its partner {by(head.shape)}"
        return Fault(path.name, told, RESAMPLED)
    if not np.allclose(own.spacing, head.spacing, atol=SAME):
        theirs = by(head.spacing, "g")
        told = f"has voxels of {by(own.spacing, 'g')} mm, and its partner of {theirs}"
        return Fault(path.name, told, RESAMPLED)
    return None


def _check_classes(images, training, name):
    unknown = np.setdiff1d(images, images[training])
    if len(unknown):
        count = sum(np.isin(image, unknown).any() for image in images)
        told = (
            f"class {', '.join(map(str, unknown))} is in {counted(int(count), 'mask')} "
            "and in none for training"
        )
        raise ValueError(
            f"{name}: y: {told}. Correct them, or divide the rows in another way."
        )


def window_of(text: str) -> tuple[float, float]:
    """The window of an option such as ``-1000,2000``: two numbers, the lesser first."""
    try:
        low, high = map(float, str(text).split(","))
    except ValueError:
        low, high = 1.0, 0.0
    limits = np.iinfo("int16")
    if not limits.min <= low < high <= limits.max:
        raise ValueError(
            f"window={text!r} are not two numbers from {limits.min} to {limits.max}, such as "
            "-1000,2000."
        )
    return low, high


def check_options(target: str | None, mask: str | None, window: str | None) -> None:
    """Raises if options contradict each other."""
    if target and mask:
        raise ValueError(
            f"target={target!r} and mask={mask!r}: y is one of them. Leave the other out."
        )
    if window and not target:
        raise ValueError(
            f"window={window!r} is of the images of target, and there are none. Give target=COLUMN."
        )


def check_domains(
    domains: str | None, unpaired: bool, target: str | None, label: str | None = None
) -> None:
    """Raises if the options of two domains contradict each other."""
    if unpaired and not target:
        raise ValueError(
            "unpaired=True leaves scans and their targets to different people. Give target=COLUMN."
        )
    if domains and target:
        raise ValueError(
            f"domains={domains!r} and target={target!r}: b is one of them. Leave the other out."
        )
    if domains and label not in (None, LABEL):
        raise ValueError(
            f"domains={domains!r} and label={label!r} both name the classes. Leave label out."
        )
