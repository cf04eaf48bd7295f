"""All faults of picture files, where a training would stop at the first."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

from kgen import console
from kgen.checks import counted
from kgen.data.faults import Fault, of_copies
from kgen.data.listing import file_names
from kgen.data.pictures import pixels_of
from kgen.decoding import reason
from kgen.types import Names

DAMAGED = "Remove it, or store it anew as PNG."
GREY, COLOUR = 1, 3  # channels


class Picture(NamedTuple):
    """The properties of a picture that are compared."""

    size: str
    depth: str
    channels: int
    shade: int | None
    digest: bytes

    @classmethod
    def of(cls, file: Path) -> Self:
        """The properties of a file; raises if it is no picture."""
        pixels = pixels_of(file)
        height, width, channels = pixels.shape
        low, high = int(pixels.min()), int(pixels.max())
        equal = channels == COLOUR and (pixels == pixels[..., :1]).all()
        shade = low if low == high else None
        digest = hashlib.blake2b(pixels.tobytes(), digest_size=16).digest()
        return cls(
            f"{height}×{width} pixels",
            f"{pixels.dtype}",
            GREY if equal else channels,
            shade,
            digest,
        )


def of_pictures(
    files: Sequence[Path],
    size: str | None,
    channels: int | None,
    classes: Names | None,
    anatomy: str | None = None,
) -> list[Fault]:
    """The faults of pictures: damaged, of one shade, unlike most in size or depth, or repeated.

    One shade is fatal only for pictures of an ``anatomy``. A repeated picture is fatal only in
    two different classes.
    """
    found, faults = _looked_at(files)
    if not found:
        return faults
    every: Sequence[str | None] = classes or [None] * len(files)
    class_of = dict(zip(files, every, strict=True))
    names, pictures = file_names(found), list(found.values())
    sizes, depths, _, _, digests = zip(*pictures, strict=True)
    faults += _flat(names, pictures, anatomy is not None)
    if size is None:
        faults += _unlike(
            names, sizes, "Bring all to one size: the option size=64 does."
        )
    faults += _unlike(names, depths, "Store all with 8 bits or all with 16.")
    faults += _colours(pictures) if channels is None else []
    return faults + of_copies(names, digests, [class_of[file] for file in found])


def _looked_at(files):
    """The ``Picture`` of every readable file, and the faults of the others."""
    found, faults = {}, []
    for file in console.over(files, "Checking pictures"):
        try:
            found[file] = Picture.of(file)
        except (ValueError, OSError) as error:
            told = reason(error.__cause__ or error, file)
            faults.append(Fault(file.name, f"cannot be read ({told})", DAMAGED))
    return found, faults


def _flat(names, pictures, fatal):
    """The pictures of one shade."""
    found = []
    for name, picture in zip(names, pictures, strict=True):
        if picture.shade is not None:
            told = f"all of it has the one shade {picture.shade}"
            found.append(Fault(name, told, "Remove it, or store it anew.", fatal))
    return found


def _unlike(names, values, way):
    """The pictures that differ from most others."""
    counts, found = Counter(values), []
    usual = max(counts, key=counts.__getitem__, default=None)
    for name, value in zip(names, values, strict=True):
        if value != usual:
            found.append(Fault(name, f"has {value}, where most have {usual}", way))
    return found


def _colours(pictures):
    """A note on colour pictures among grey ones."""
    coloured = sum(picture.channels > GREY for picture in pictures)
    if not 0 < coloured < len(pictures):
        return []
    told = f"{coloured} of {counted(len(pictures), 'picture')} are in colour, and all are read so"
    return [
        Fault("colours", told, "The option channels=1 makes all grey.", fatal=False)
    ]
