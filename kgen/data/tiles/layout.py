"""What lies in an HDF5 file of grey images, GROUP/IMAGE, checked before anything is computed from it."""

import contextlib
import hashlib
import os
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
    """The file, open to be read; every way in which it cannot be is told as an error that names it."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"No file {str(path)!r} in {Path.cwd()}. Give the path of an HDF5 file.")
    if not os.access(path, os.R_OK):
        raise PermissionError(f"{path} may not be read by you: chmod u+r {path}.")
    if not h5py.is_hdf5(path):
        raise ValueError(f"{path} is not an HDF5 file. Images of other kinds go into a folder:DIR or an npz:FILE.")
    with explained(path), h5py.File(path, "r") as file:
        yield file


@contextlib.contextmanager
def explained(what):
    """Tells what HDF5 has against the file in words that name it."""
    try:
        yield
    except BlockingIOError as error:
        raise Unreadable(f"{what} is open for writing in another program. Close it there.") from error
    except MemoryError as error:
        raise Unreadable(f"{what} asks for more memory than there is: it is damaged, or its chunks are.") from error
    except (OSError, RuntimeError, KeyError, UnicodeError) as error:
        reason = str(error).strip("'\"").splitlines()[0] if str(error) else type(error).__name__
        raise Unreadable(f"{what} cannot be read: it is damaged or cut off ({reason}). Copy it anew.") from error


def sections_of(path, skip=()):
    """All images of the file, in the order of their names, but for groups and GROUP/IMAGE to skip; checks the rest."""
    with opened(path) as file:
        if not len(file):
            raise ValueError(f"{path} is empty. {EXPECTED}.")
        _check_known(path, file, skip)
        groups = {name: _followed(file, name, name) for name in file if name not in skip}
        return [section for name, group in groups.items() for section in _of_group(path, name, group, skip)]


def stamp(path):
    """What changes when somebody writes to the file."""
    state = Path(path).stat()
    return state.st_size, state.st_mtime_ns


def cache_key(path):
    """A hash of the file's size and time and of 64 pieces spread over it: a reading of gigabytes is spared."""
    digest = hashlib.sha256(str(stamp(path)).encode())
    with Path(path).open("rb") as file:
        for start in np.linspace(0, max(0, stamp(path)[0] - PIECE), PIECES, dtype="int64").tolist():
            file.seek(start)
            digest.update(file.read(PIECE))
    return digest.hexdigest()[:16]


def _check_known(path, file, skip):
    for name in skip:
        group, _, image = name.partition("/")
        if group not in file or (image and image not in file[group]):
            raise ValueError(f"skip={name!r} is no group and no GROUP/IMAGE of {path}; it has {', '.join(file)}.")


def _of_group(path, name, group, skip):
    if not isinstance(group, h5py.Group):
        shape = getattr(group, "shape", "none")
        raise ValueError(
            f"{path} holds {name!r} of shape {shape} outside any group. {EXPECTED}. Leave it out: skip={name}."
        )
    if not len(group):
        raise ValueError(f"{path}: the group {name!r} is empty. Fill it, or leave it out: skip={name}.")
    keys = [key for key in group if f"{name}/{key}" not in skip]
    return [_section(path, name, key, _followed(group, key, f"{name}/{key}")) for key in keys]


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
    fault = _fault(dataset)
    if fault:
        raise ValueError(f"{path}: {group}/{name} {fault}. {EXPECTED}. Leave it out: skip={group}/{name}.")
    offset = dataset.id.get_offset()
    return Section(group, name, dataset.shape[:2], dataset.dtype, dataset.chunks, dataset.compression, offset)


def _fault(dataset):
    if not isinstance(dataset, h5py.Dataset):
        return f"is a {type(dataset).__name__.lower()}, one level too deep"
    if dataset.external or dataset.is_virtual:
        return "keeps its pixels in other files, which may change or be missing elsewhere"
    height, width, *channels = (*(dataset.shape or ()), 0, 0)[: max(2, dataset.ndim)]
    if not height or not width or channels not in ([], [1]):
        return f"has the shape {dataset.shape}: not one grey image (height, width)"
    if dataset.dtype.kind not in "uif" or dataset.dtype.itemsize > 8:
        return f"holds {dataset.dtype}, not whole or floating-point numbers"
    return None
