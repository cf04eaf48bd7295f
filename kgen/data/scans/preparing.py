"""Reads files once into one array of bytes, and keeps it in the cache."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import filterfalse
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kgen import console
from kgen.checks import by, counted
from kgen.data.cache import cache_folder, unwritable
from kgen.data.faults import Fault, Faulty, fatal, of_copies
from kgen.data.listing import file_names
from kgen.data.scans import dicom
from kgen.data.scans.cut import Cut
from kgen.data.scans.framing import Framing, as_seen, head_of_shades
from kgen.data.scans.head import head_of
from kgen.data.scans.opening import NoVolume
from kgen.data.scans.partners import Partners
from kgen.data.scans.scan import Scan, gaps_told
from kgen.decoding import reason
from kgen.names import among

VERSION = 2  # of the reading; with another version, files are read again
SHOWN = 3  # kinds of volumes in a message
READERS = 2  # volumes in memory at a time
DIFFERING = {
    "sizes": (
        lambda head: by(head.shape),
        "Brought to one size about the head.",
    ),
    "orientations": (lambda head: head.stored, "Turned to RAS."),
    "spacings": (
        lambda head: f"{by(head.spacing, '.3g')} mm",
        "Resampled to one pixel size.",
    ),
}
UNPLACED = (
    "says nothing of its orientation (qform and sform code 0): "
    "read as nibabel does, from right to left"
)
IMAGES, PARTNERS = "images.npy", "partners.npy"
OTHER_SLICE = "Choose another millimetre or index, or leave its row out."


class Prepared(NamedTuple):
    """Images of all files, the size of their pixels, and what is reported of the files.

    Args:
        images: array (n, …, 1) of bytes, in the files' order; mapped from the cache if it is large.
        pixel: float, millimetres.
        told: list of ``Fault`` that do not prevent training.
        partners: array (n, …, 1) of the second files, or ``None``.
        outside: int, the points of the second files that were outside their window.
    """

    images: np.ndarray
    pixel: float
    told: list
    partners: np.ndarray | None = None
    outside: int = 0


class _Read(NamedTuple):
    """The outcome of one row: images, or a fault."""

    image: np.ndarray | None = None
    digest: bytes | None = None
    fault: Fault | None = None
    partner: np.ndarray | None = None
    outside: int = 0


def prepared(
    name: str,
    files: Sequence[Path],
    cut: Cut,
    framing: Framing,
    memory: int,
    partners: Partners | None = None,
) -> Prepared:
    """The ``Prepared`` of files, read once and then cached; raises a ``Faulty`` with all faults."""
    every = [*files, *(partners.paths if partners else ())]
    lost = list(map(_lost, missing(every)))
    if lost:
        found = list(filter(Path.exists, files))
        raise Faulty(name, lost + (_faults_of(found, cut, framing) if found else []))
    kept = cache_folder("scans") / _key(every, cut, framing, partners)
    if not (kept / "about.json").exists():
        _write(name, kept, files, cut, framing, partners)
    about = json.loads((kept / "about.json").read_text())
    images, others = _opened(kept / IMAGES, memory), _opened(kept / PARTNERS, memory)
    told = [Fault(*fault) for fault in about["told"]]
    return Prepared(images, about["pixel"], told, others, about["outside"])


def _opened(path, memory):
    """An array of the cache, in memory if it is small; ``None`` if there is no such file."""
    if not path.exists():
        return None
    images = np.load(path, mmap_mode="r")
    return images if images.nbytes > memory else np.array(images)


def _lost(path):
    return Fault(path.name, "is not there", f"Put it to {path}, or leave its row out.")


def missing(files: Iterable[Path]) -> list[Path]:
    """The files that do not exist, each once."""
    return list(dict.fromkeys(filterfalse(Path.exists, files)))


def _key(files, cut, framing, partners):
    """A key that changes with a file, an option or the reading; no file is opened for it."""
    how = partners and partners[1:]
    states = [[str(path.resolve()), _stamps(path)] for path in files]
    told = [VERSION, cut, framing, how, states]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _stamps(path):
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    stamps = []
    for state in map(Path.stat, paths):
        stamps.append([state.st_size, state.st_mtime_ns])
    return stamps


def _write(name, kept, files, cut, framing, partners):
    """Reads all files into the cache; raises and keeps nothing if any file has a fault."""
    temporary = kept.with_name(f"{kept.name}.{os.getpid()}.tmp")
    try:
        temporary.mkdir(exist_ok=True)
        _fill(name, temporary, files, cut, framing, partners)
        if not kept.exists():
            temporary.rename(kept)
    except Faulty:
        raise
    except OSError as error:
        raise unwritable(kept, error) from error
    finally:
        for path in (*temporary.glob("*"), temporary) if temporary.exists() else ():
            path.rmdir() if path.is_dir() else path.unlink()


def _fill(name, folder, files, cut, framing, partners):
    heads, faults = _heads(files)
    if not heads:
        raise Faulty(name, faults)
    framing = _completed(framing, cut, heads.values())
    faults += partners.faults(files, heads) if partners else []
    arrays = [_array(folder / IMAGES, "uint8", files, framing)]
    if partners:
        arrays.append(_array(folder / PARTNERS, partners.dtype, files, framing))
    # A file on another grid than its partner is no pair; its other faults are listed all the same.
    pairs = None if fatal(faults) else partners
    readable = among(files, heads)
    outside, found = _read_all(readable, cut, framing, arrays, pairs)
    faults += found
    if fatal(faults):
        raise Faulty(name, faults)
    for array in arrays:
        array.flush()
    about = {"pixel": framing.pixel, "told": faults, "outside": outside}
    (folder / "about.json").write_text(json.dumps(about))


def _array(path, dtype, files, framing):
    """A file with room for one image per row."""
    return np.lib.format.open_memmap(path, "w+", dtype, (len(files), *framing.size, 1))


def _faults_of(files, cut, framing):
    """The faults of files; nothing else is kept of them."""
    heads, faults = _heads(files)
    if heads:
        readable = among(files, heads)
        faults += _read_all(readable, cut, _completed(framing, cut, heads.values()))[1]
    return faults


def _completed(framing, cut, heads):
    """The framing for all images, by the heads of their volumes."""
    spacings, shapes = [], []
    for head in heads:
        spacings.append(cut.kept(head.spacing))
        shapes.append(cut.kept(head.shape))
    return framing.for_all(spacings, shapes)


def _heads(files):
    """The head of every file that has one, by path, and the faults of all."""
    if any(map(Path.is_dir, files)):
        dicom.checked_reader()
    heads, faults = {}, []
    for path in console.over(files, "Reading headers"):
        try:
            heads[path] = head_of(path)
        except (ValueError, OSError) as error:
            faults.append(Fault(path.name, *_told(error)))
    for path, head in heads.items():
        if not head.known:
            faults.append(Fault(path.name, UNPLACED, fatal=False))
    return heads, [*faults, *_differing(list(heads.values()))]


def _differing(heads):
    """What is reported of volumes that differ from each other."""
    found = []
    for what, (told, done) in DIFFERING.items():
        counts = Counter(map(told, heads)).most_common()
        if len(counts) > 1:
            few = ", ".join(f"{count} of {value}" for value, count in counts[:SHOWN])
            more = ", …" * (len(counts) > SHOWN)
            reason = f"differ in their {what}, {few}{more}"
            found.append(
                Fault(counted(len(heads), "volume"), reason, done, fatal=False)
            )
    return found


def _read_all(files, cut, framing, arrays=(), partners=None):
    """Reads every file, into ``arrays`` if given; returns the points outside windows and faults."""
    digests, faults, outside = [], [], 0
    # While one volume is unpacked, the other is resampled.
    with (
        ThreadPoolExecutor(READERS) as pool,
        console.bar(len(files), "Reading scans", "scan") as bar,
    ):
        rows = enumerate(files)
        for found in pool.map(lambda row: _row(*row, cut, framing, partners), rows):
            bar.update()
            for array, image in zip(arrays, (found.image, found.partner), strict=False):
                if image is not None:
                    array[len(digests), ..., 0] = image
            digests.append(found.digest)
            outside += found.outside
            if found.fault:
                faults.append(found.fault)
    return outside, [*faults, *of_copies(file_names(files), digests)]


def _row(number, path, cut, framing, partners):
    """The images of a file and its partner, and the hash of its volume; or its fault."""
    try:
        scan = Scan.of(path)
    except (ValueError, OSError) as error:
        return _Read(fault=Fault(path.name, *_told(error)))
    if told := gaps_told(scan.values):
        fault = Fault(path.name, told, "Mend it, or leave its row out.")
        return _Read(digest=scan.digest, fault=fault)
    try:
        values = as_seen(cut.of(scan))
        spacing = cut.kept(scan.spacing)[::-1]
        head = head_of_shades(values)
        read = _Read(framing.placed(values, head, spacing), scan.digest)
    except ValueError as error:
        return _Read(
            digest=scan.digest, fault=Fault(path.name, reason(error), OTHER_SLICE)
        )
    return (
        _with_partner(read, number, partners, cut, framing, head, spacing)
        if partners
        else read
    )


def _with_partner(read, number, partners, cut, framing, head, spacing):
    """``read`` with the image of the partner, placed by the head, or with the partner's fault."""
    try:
        values = as_seen(cut.of(partners.values(number)))
        if not np.isfinite(values).all():
            raise ValueError("holds NaN or infinity")
        if partners.is_mask:
            return read._replace(partner=framing.classes(values, head, spacing))
        if partners.window is None:
            return read._replace(partner=framing.placed(values, head, spacing))
        low, high = partners.window
        outside = int(((values < low) | (values > high)).sum())
        return read._replace(
            partner=framing.windowed(values, partners.window, head, spacing),
            outside=outside,
        )
    except (ValueError, OSError) as error:
        fault = Fault(
            partners.paths[number].name, reason(error), "Mend it, or leave its row out."
        )
        return read._replace(fault=fault)


def _told(error):
    """The reason of an error and the remedy, without the path."""
    if isinstance(error, NoVolume):
        return error.reason, error.way
    text = reason(error.__cause__ or error)
    return (
        f"cannot be read ({text})",
        "Put a whole copy of it back, or leave its row out.",
    )
