"""The second file of each row: an image in a value window, or a mask, on the grid of the first."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from kgen.checks import by
from kgen.data.faults import Fault
from kgen.data.masks import of_classes
from kgen.data.scans.clipped import Clipped
from kgen.data.scans.columns import LABEL
from kgen.data.scans.head import Head, head_of
from kgen.data.scans.scan import Scan
from kgen.decoding import reason
from kgen.fields import Image, Mask, Numeric, Volume
from kgen.fields.mask import no_classes
from kgen.types import Array

IMAGE, MASK = "image", "mask"
SAME = 1e-3  # mm; voxels that differ by less are of one size
NEAR = 0.5  # voxels by which partners may lie apart
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

    def heads(self) -> tuple[dict[Path, Head], list[Fault]]:
        """The head of every partner that has one, by path, and the faults of the others."""
        heads: dict[Path, Head] = {}
        found = []
        for path in dict.fromkeys(filter(Path.exists, self.paths)):
            try:
                heads[path] = head_of(path)
            except (ValueError, OSError) as error:
                told = f"cannot be read ({reason(error)})"
                found.append(Fault(path.name, told, RESAMPLED))
        return heads, found

    def misfits(
        self,
        files: Sequence[Path],
        heads: Mapping[Path, Head],
        own: Mapping[Path, Head],
    ) -> dict[Path, Fault]:
        """The partners on another grid than their files; ``own`` are the partners' heads."""
        found = {}
        for file, path in zip(files, self.paths, strict=True):
            told = (
                _apart(own[path], heads[file]) if path in own and file in heads else ""
            )
            if told:
                found[path] = Fault(path.name, told, RESAMPLED)
        return found

    def values(self, path: Path) -> Scan:
        """The ``Scan`` of a partner; raises if it is none of this kind."""
        scan = Scan.of(path)
        told = no_classes(scan.values) if self.is_mask else ""
        if told:
            raise ValueError(told)
        return scan

    def check(self, images: Array, rows: Array, name: str) -> list[Fault]:
        """The faults of all masks; ``rows`` are their places among the paths."""
        names = [self.paths[row].name for row in rows]
        if not self.is_mask:
            return []
        return of_classes(f"{name}: y", names, images, np.unique(images).tolist())

    def field(self, images: Array, name: str) -> Numeric:
        """The field of all partners."""
        if self.is_mask:
            return Mask.of(images, f"{name}: y")
        low, high = self.window or (None, None)
        if images.ndim == 5:
            return Volume.of(images, f"{name}: y").replaced(low=low, high=high)
        return Image.of(images, f"{name}: y", low, high)

    def clipped(self, values: Array) -> Clipped:
        """The count of values that the window clips; without a window, of none."""
        return Clipped.of(values, self.window) if self.window else Clipped()

    def window_faults(self, clipped: Clipped) -> list[Fault]:
        """The fault of a window that holds no point."""
        if not self.window or clipped.outside < clipped.points or not clipped.points:
            return []
        return [
            Fault(
                f"window={self.window[0]:g},{self.window[1]:g}",
                f"holds no point of the targets, from {clipped.least:g} to {clipped.greatest:g}",
                "Choose a window within these values.",
            )
        ]

    def told(self, clipped: Clipped) -> tuple[str, ...]:
        """A note on the values that were clipped to the window."""
        return (clipped_told("y", clipped, self.window),) if self.window else ()


def clipped_told(name: str, clipped: Clipped, window: tuple[float, float]) -> str:
    """A note on values of the field ``name`` that were clipped to its window."""
    low, high = window
    return f"{name}: {clipped} outside of window={low:g},{high:g} brought to its ends."


def _apart(own, head):
    """In words, how the grid of a partner differs; an empty text if it does not."""
    if own.shape != head.shape:
        return f"has {by(own.shape)} voxels, and its partner {by(head.shape)}"
    if not np.allclose(own.spacing, head.spacing, atol=SAME):
        theirs = by(head.spacing, "g")
        return f"has voxels of {by(own.spacing, 'g')} mm, and its partner of {theirs}"
    distance = own.distance(head)
    if distance > NEAR * min(head.spacing):
        return f"lies up to {distance:.3g} mm away from its partner"
    return ""


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
