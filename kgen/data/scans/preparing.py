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
from kgen.data.scans import dicom
from kgen.data.scans.clipped import Clipped
from kgen.data.scans.cut import Cut
from kgen.data.scans.framing import Framing, as_seen, head_of_shades
from kgen.data.scans.head import head_of
from kgen.data.scans.opening import NoVolume
from kgen.data.scans.partners import Partners
from kgen.data.scans.scan import Scan, gaps_told
from kgen.decoding import reason

VERSION = 3  # of the reading; with another version, files are read again
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
MENDED = "Mend it, or leave its row out."
OTHER_SLICE = "Choose another millimetre or index, or leave its row out."


class Prepared(NamedTuple):
    """Images of all files, the size of their pixels, and what is reported of the files.

    Args:
        images: array (n, …, 1) of bytes, in the files' order; mapped from the cache if it is large.
        pixel: float, millimetres.
        told: list of ``Fault`` that do not prevent training.
        partners: array (n, …, 1) of the second files, or ``None``.
        clipped: ``Clipped``, the points of the second files that were outside their window.
    """

    images: np.ndarray
    pixel: float
    told: list
    partners: np.ndarray | None = None
    clipped: Clipped = Clipped()


class _Row(NamedTuple):
    """A file and its partner, ``None`` if unreadable, and whether both are on one grid."""

    name: str
    file: Path | None
    partner: Path | None = None
    fits: bool = False


class _Read(NamedTuple):
    """The outcome of one row: images, or faults."""

    image: np.ndarray | None = None
    digest: bytes | None = None
    faults: tuple = ()
    partner: np.ndarray | None = None
    clipped: Clipped = Clipped()


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
        raise Faulty(name, lost + _faults_of(files, cut, framing, partners))
    kept = cache_folder("scans") / _key(every, cut, framing, partners)
    if not (kept / "about.json").exists():
        _write(name, kept, files, cut, framing, partners)
    about = json.loads((kept / "about.json").read_text())
    images, others = _opened(kept / IMAGES, memory), _opened(kept / PARTNERS, memory)
    told = [Fault(*fault) for fault in about["told"]]
    return Prepared(images, about["pixel"], told, others, Clipped(*about["clipped"]))


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
    arrays = []
    if heads:
        framing = _completed(framing, cut, heads.values())
        arrays = _arrays(folder, files, framing, partners)
    rows, found = _paired(files, heads, partners)
    clipped, others = _read_all(rows, cut, framing, arrays, partners)
    faults += [*found, *others, *(partners.window_faults(clipped) if partners else ())]
    if fatal(faults):
        raise Faulty(name, faults)
    for array in arrays:
        array.flush()
    about = {"pixel": framing.pixel, "told": faults, "clipped": clipped}
    (folder / "about.json").write_text(json.dumps(about))


def _arrays(folder, files, framing, partners):
    """Files with room for one image per row, and for one of each partner."""
    arrays = [_array(folder / IMAGES, "uint8", files, framing)]
    if partners:
        arrays.append(_array(folder / PARTNERS, partners.dtype, files, framing))
    return arrays


def _array(path, dtype, files, framing):
    shape = len(files), *framing.size, 1
    return np.lib.format.open_memmap(path, "w+", dtype, shape)


def _faults_of(files, cut, framing, partners):
    """The faults of files and partners that exist; nothing else is kept of them."""
    heads, faults = _heads(list(filter(Path.exists, files)))
    if heads:
        framing = _completed(framing, cut, heads.values())
    rows, found = _paired(files, heads, partners)
    clipped, others = _read_all(rows, cut, framing, (), partners)
    return [
        *faults,
        *found,
        *others,
        *(partners.window_faults(clipped) if partners else ()),
    ]


def _paired(files, heads, partners):
    """The rows, and the faults of the grids of partners."""
    if not partners:
        return [_Row(file.name, file if file in heads else None) for file in files], []
    own, faults = partners.heads()
    misfits = partners.misfits(files, heads, own)
    rows = []
    for file, path in zip(files, partners.paths, strict=True):
        is_there = file in heads
        known = path if path in own else None
        fits = is_there and path not in misfits
        rows.append(_Row(file.name, file if is_there else None, known, fits))
    return rows, [*faults, *misfits.values()]


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


def _read_all(rows, cut, framing, arrays=(), partners=None):
    """Reads every row, into ``arrays`` if given; returns what windows clip, and faults."""
    digests, faults, clipped = [], [], Clipped()
    # While one volume is unpacked, the other is resampled.
    with (
        ThreadPoolExecutor(READERS) as pool,
        console.bar(len(rows), "Reading scans", "scan") as bar,
    ):
        for found in pool.map(lambda row: _read(row, cut, framing, partners), rows):
            bar.update()
            for array, image in zip(arrays, (found.image, found.partner), strict=False):
                if image is not None:
                    array[len(digests), ..., 0] = image
            digests.append(found.digest)
            clipped = clipped.plus(found.clipped)
            faults += found.faults
    return clipped, [*faults, *of_copies([row.name for row in rows], digests)]


def _read(row, cut, framing, partners):
    """The images of a file and its partner, and the hash of its volume; or their faults."""
    read, place = _image(row.file, cut, framing) if row.file else (_Read(), None)
    if not row.partner:
        return read
    return _with_partner(read, row, place, partners, cut, framing)


def _image(path, cut, framing):
    """What is read of a file, and the head and spacing of its image, ``None`` with a fault."""
    try:
        scan = Scan.of(path)
    except (ValueError, OSError) as error:
        return _Read(faults=(Fault(path.name, *_told(error)),)), None
    if told := gaps_told(scan.values):
        fault = Fault(path.name, told, MENDED)
        return _Read(digest=scan.digest, faults=(fault,)), None
    try:
        values = as_seen(cut.of(scan))
        place = head_of_shades(values), cut.kept(scan.spacing)[::-1]
        return _Read(framing.placed(values, *place), scan.digest), place
    except ValueError as error:
        fault = Fault(path.name, reason(error), OTHER_SLICE)
        return _Read(digest=scan.digest, faults=(fault,)), None


def _with_partner(read, row, place, partners, cut, framing):
    """``read`` with the image of the partner, placed as its file, or with the partner's fault."""
    try:
        values = as_seen(cut.of(partners.values(row.partner)))
        if not np.isfinite(values).all():
            raise ValueError("holds NaN or infinity")
        read = read._replace(clipped=partners.clipped(values))
        if not (place and row.fits):
            return read
        return read._replace(partner=_framed(values, place, partners, framing))
    except (ValueError, OSError) as error:
        fault = Fault(row.partner.name, reason(error), MENDED)
        return read._replace(faults=(*read.faults, fault))


def _framed(values, place, partners, framing):
    """The image of a partner, placed as its file."""
    if partners.is_mask:
        return framing.classes(values, *place)
    if partners.window is None:
        return framing.placed(values, *place)
    return framing.windowed(values, partners.window, *place)


def _told(error):
    """The reason of an error and the remedy, without the path."""
    if isinstance(error, NoVolume):
        return error.reason, error.way
    text = reason(error.__cause__ or error)
    return (
        f"cannot be read ({text})",
        "Put a whole copy of it back, or leave its row out.",
    )
