"""Opens an HDF5 file for reading, and says in words why it cannot be read."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

from kgen.data.listing import file_names
from kgen.data.tiles.faults import listed
from kgen.types import Location

PIECES, PIECE = 64, 2**16
# Messages of HDF5 that say nothing against the pixels.
TOLD = {
    "consistency flags": (
        "is marked as open for writing: a program writes to it still, or was killed while it did. "
        "Close it there; if there is none, h5clear -s FILE of the HDF5 tools takes the mark away"
    ),
    "unable to lock file": (
        "cannot be locked on this file system. If nobody writes to it, "
        "HDF5_USE_FILE_LOCKING=FALSE in the environment reads it without a lock"
    ),
}


class Unreadable(ValueError):
    """A file that is damaged, cut off or no longer what it was."""


@contextlib.contextmanager
def opened(path: Location) -> Iterator[h5py.File]:
    """The file, open for reading; whatever prevents this becomes an error that names the file."""
    path = Path(path)
    check_file(path)
    if not os.access(path, os.R_OK):
        raise PermissionError(f"{path} may not be read by you: chmod u+r {path}.")
    if not h5py.is_hdf5(path):
        raise ValueError(
            f"{path} is not an HDF5 file. Images of other kinds go into a folder:DIR or an "
            "npz:FILE."
        )
    with explained(path), h5py.File(path, "r") as file:
        yield file


@contextlib.contextmanager
def explained(what: Location) -> Iterator[None]:
    """Turns errors of HDF5 into errors that name ``what`` and the reason in words."""
    try:
        yield
    except BlockingIOError as error:
        raise Unreadable(
            f"{what} is open for writing in another program. Close it there."
        ) from error
    except MemoryError as error:
        raise Unreadable(
            f"{what} asks for more memory than there is: it is damaged, or its chunks are."
        ) from error
    except UnicodeError as error:
        reason = (
            f"holds a name that is not UTF-8 ({error}). Rename it: h5py's file.move"
        )
        raise Unreadable(f"{what} {reason}.") from error
    except (OSError, RuntimeError, KeyError) as error:
        raise Unreadable(f"{what} {_reason(error)}") from error


def stamp(path: Location) -> tuple[int, int]:
    """A value that changes when somebody writes to the file."""
    state = Path(path).stat()
    return state.st_size, state.st_mtime_ns


def check_unchanged(path: Location, was: tuple[int, int]) -> None:
    """Raises if the file has changed since a stamp."""
    try:
        changed = stamp(path) != was
    except OSError as error:
        reason = (
            f"has gone while tiles were read from it ({error.strerror}). Put it back"
        )
        raise Unreadable(f"{path} {reason}.") from error
    if changed:
        reason = "was changed while tiles were read from it. Put the old file back, or train anew"
        raise Unreadable(f"{path} {reason}.")


def cache_key(path: Location) -> str:
    """A hash of the file's size, its time and 64 pieces of it, which spares reading gigabytes."""
    digest = hashlib.sha256(str(stamp(path)).encode())
    with Path(path).open("rb") as file:
        for start in np.linspace(
            0, max(0, stamp(path)[0] - PIECE), PIECES, dtype="int64"
        ).tolist():
            file.seek(start)
            digest.update(file.read(PIECE))
    return digest.hexdigest()[:16]


def check_file(path: Location) -> None:
    """Raises for what is no file, and says what it is instead."""
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, not an HDF5 file. {_held(path)}.")
    if not path.exists():
        raise FileNotFoundError(
            f"No file {str(path)!r} in {Path.cwd()}. Give the path of an HDF5 file."
        )
    if not path.is_file():
        raise ValueError(
            f"{path} is a pipe or a device, not a file. Give the path of an HDF5 file."
        )


def _held(folder):
    files = filter(Path.is_file, folder.iterdir())
    names = sorted(file_names(filter(h5py.is_hdf5, files)))
    if names:
        return f"It holds {listed(names)}: give one of them"
    return f"Pictures in it are read as folder:{folder}"


def _reason(error):
    reason = (
        str(error).strip("'\"").splitlines()[0] if str(error) else type(error).__name__
    )
    for sign, told in TOLD.items():
        if sign in reason:
            return f"{told} ({reason})."
    return f"cannot be read: it is damaged or cut off ({reason}). Copy it anew."
