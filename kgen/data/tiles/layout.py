"""What lies in an HDF5 file of grey images, GROUP/IMAGE, checked before anything is computed from it."""

import contextlib
import hashlib
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np

EXPECTED = "Expected groups (one a brain) that hold grey images: GROUP/IMAGE, each of shape (height, width)"
PIECES, PIECE = 64, 2**16


class Unreadable(ValueError):
    """A file that is damaged, cut off or no longer what it was."""


class Section(NamedTuple):
    """One image of the file: where it is and how it is stored."""

    group: str
    name: str
    shape: tuple
    dtype: np.dtype
    chunks: tuple | None
    compression: str | None
    offset: int | None

    @property
    def path(self):
        return f"{self.group}/{self.name}"

    @property
    def bytes(self):
        """Size once it is read, whatever it takes in the file."""
        return self.shape[0] * self.shape[1] * self.dtype.itemsize

    def corners(self, tile_size):
        """At how many rows and columns a tile may begin; not above 0 where the image is too small."""
        return self.shape[0] - tile_size + 1, self.shape[1] - tile_size + 1


@contextlib.contextmanager
def opened(path):
    """The file, open to be read; every way in which it cannot be is told as a ``ValueError``."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"No file {str(path)!r} in {Path.cwd()}. Give the path of an HDF5 file.")
    if not h5py.is_hdf5(path):
        raise ValueError(f"{path} is not an HDF5 file. Images of other kinds go into a folder:DIR or an npz:FILE.")
    with explained(path), h5py.File(path, "r") as file:
        yield file


@contextlib.contextmanager
def explained(what):
    """Tells what HDF5 has against the file in words that name it."""
    try:
        yield
    except (OSError, RuntimeError, KeyError, UnicodeError, MemoryError) as error:
        reason = str(error).strip("'\"").splitlines()[0] if str(error) else type(error).__name__
        raise Unreadable(f"{what} cannot be read: it is damaged or cut off ({reason}). Copy it anew.") from error


def sections_of(path):
    """All images of the file, in the order of their names; raises for any other structure."""
    with opened(path) as file:
        groups = {name: _followed(file, name, name) for name in file}
        if not groups:
            raise ValueError(f"{path} is empty. {EXPECTED}.")
        return [section for name, group in groups.items() for section in _of_group(path, name, group)]


def stamp(path):
    """What changes when somebody writes to the file."""
    state = Path(path).stat()
    return state.st_size, state.st_mtime_ns


def fingerprint(path):
    """A hash of the file's size and of 64 pieces spread evenly over it: a second reading of gigabytes is spared."""
    size, digest = Path(path).stat().st_size, hashlib.sha256()
    digest.update(f"{size}".encode())
    with Path(path).open("rb") as file:
        for start in np.linspace(0, max(0, size - PIECE), PIECES, dtype="int64").tolist():
            file.seek(start)
            digest.update(file.read(PIECE))
    return digest.hexdigest()[:16]


def _of_group(path, name, group):
    if isinstance(group, h5py.Dataset):
        raise ValueError(f"{path} holds the data set {name!r} of shape {group.shape} outside any group. {EXPECTED}.")
    if not len(group):
        raise ValueError(f"{path}: the group {name!r} is empty. Remove it (del file[{name!r}] in h5py) or fill it.")
    return [_section(path, name, key, _followed(group, key, f"{name}/{key}")) for key in group]


def _followed(parent, key, path):
    link = parent.get(key, getlink=True)
    if isinstance(link, h5py.ExternalLink):
        raise ValueError(
            f"{path} is a link to {link.filename!r}. Links out of the file are refused: what they lead to may change "
            "or be missing elsewhere. Copy the images into one file (h5py: file.copy(..., expand_external=True))."
        )
    if isinstance(link, h5py.SoftLink) and parent.file.get(link.path) is None and parent.get(link.path) is None:
        raise ValueError(f"{path} is a link to {link.path!r}, which is not in this file. Remove the link.")
    return parent[key]


def _section(path, group, name, dataset):
    where = f"{path}: {group}/{name}"
    if not isinstance(dataset, h5py.Dataset):
        raise ValueError(f"{where} is a {type(dataset).__name__.lower()}, one level too deep. {EXPECTED}.")
    if dataset.external or dataset.is_virtual:
        raise ValueError(f"{where} keeps its pixels in other files, which is refused. Copy them into this one.")
    shape = dataset.shape or ()
    shape = shape[:2] if len(shape) == 3 and shape[2] == 1 else shape
    if len(shape) != 2 or not all(shape):
        raise ValueError(f"{where} has the shape {dataset.shape}: not one grey image (height, width). {EXPECTED}.")
    if dataset.dtype.kind not in "uif" or dataset.dtype.itemsize > 8:
        raise ValueError(f"{where} holds {dataset.dtype}, not whole or floating-point numbers.")
    return Section(
        group, name, shape, dataset.dtype, dataset.chunks, dataset.compression, dataset.id.get_offset()
    )  # fmt: skip
