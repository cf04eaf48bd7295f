"""What lies in a folder: pictures, folders, and what is neither."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path, PurePath
from typing import NamedTuple

from kgen.checks import counted
from kgen.names import without
from kgen.types import Location

SUFFIXES = ".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff"
KNOWN = "PNG, JPEG, BMP or TIFF"
EXPECTED = "Expected are {0}/IMAGE.png, or with classes {0}/CLASS/IMAGE.png."
# beside names that begin with a dot
LITTER = {"__MACOSX", "Thumbs.db", "ehthumbs.db", "desktop.ini"}
HDF5 = ".h5", ".hdf5", ".hdf"
NAMED = 3  # files in a message


class Place(NamedTuple):
    """Tests for a path of one kind, file or folder, and for the other, with the error for it."""

    is_it: Callable
    is_other: Callable
    error: type
    told: str


PLACES = {
    "file": Place(
        Path.is_file,
        Path.is_dir,
        IsADirectoryError,
        "is a folder; pictures in it are read as folder:{}.",
    ),
    "folder": Place(
        Path.is_dir,
        Path.is_file,
        NotADirectoryError,
        "is a file, where a folder of pictures is needed.",
    ),
}


class Listing(NamedTuple):
    """What lies in a folder, each part in alphabetical order."""

    pictures: list[Path]
    folders: list[Path]
    others: list[Path]

    @property
    def kinds(self) -> str:
        """What there is beside pictures: folders and other files by suffix, each with its count."""
        told = [path for path in self.beside if not is_litter(path)]
        counts = Counter(map(_kind, told))
        return ", ".join(counted(count, kind) for kind, count in counts.items())

    @property
    def beside(self) -> list[Path]:
        """Everything that is no picture."""
        return [*self.folders, *self.others]


def listed(folder: Location) -> Listing:
    """The ``Listing`` of a folder; system files, pipes and devices are among the others."""
    entries = sorted(Path(folder).iterdir())
    pictures = list(filter(_is_picture, entries))
    folders = list(filter(_is_folder, entries))
    return Listing(pictures, folders, without(entries, [*pictures, *folders]))


def pictures_in(folder: Location, name: str) -> list[Path]:
    """The pictures of a folder; raises if there are none, and says what there is instead."""
    found = listed(folder)
    if not found.pictures:
        told = told_instead(found, "Remove it or fill it.")
        raise ValueError(
            f"{name}: the folder {str(folder)!r} holds no {KNOWN} pictures{told}"
        )
    return found.pictures


def pictures_below(folder: Location, name: str) -> list[Path]:
    """The pictures in and below a folder, in alphabetical order; raises if there are none."""
    found = listed(folder)
    below = list(chain.from_iterable(map(_below, found.folders)))
    return sorted([*found.pictures, *below]) if below else pictures_in(folder, name)


def _below(folder):
    """The pictures in and below a folder."""
    found = listed(folder)
    return chain(found.pictures, *map(_below, found.folders))


def told_instead(found: Listing, way: str) -> str:
    """Ends a sentence that says there are no pictures: with what there is, and the remedy."""
    if not found.kinds:
        return f". {way}"
    large = [path for path in found.others if path.suffix.lower() in HDF5]
    if large:
        return f", but {found.kinds}. Images in HDF5 files are read from one, as hdf5:{large[0]}."
    return (
        f", but {found.kinds}. Convert these to PNG or TIFF, "
        "or store their pixels as an array x in npz:FILE."
    )


def file_names(paths: Iterable[PurePath]) -> list[str]:
    """The names of files or folders, without the folders they lie in."""
    return [path.name for path in paths]


def notes_aside(paths: Sequence[Path]) -> tuple[str, ...]:
    """A note on files that are not read because they are no pictures, if there are any."""
    few = ", ".join(file_names(paths[:NAMED])) + ", …" * (len(paths) > NAMED)
    return (
        (f"Left aside, as no {KNOWN} pictures: {len(paths)} ({few}).",) if paths else ()
    )


def is_litter(path: PurePath) -> bool:
    """Whether a path is what a system leaves behind, such as ``._x.jpg`` or ``Thumbs.db``."""
    return not LITTER.isdisjoint(path.parts[-2:]) or path.name.startswith(".")


def checked(path: Location, name: str, what: str) -> Path:
    """The path of a ``"file"`` or ``"folder"``; raises if it is missing or the other of the two."""
    path, place = Path(path), PLACES[what]
    if place.is_other(path):
        raise place.error(f"{name}: {str(path)!r} {place.told.format(path)}")
    if not place.is_it(path):
        raise FileNotFoundError(f"{name}: no {what} {str(path)!r} in {Path.cwd()}.")
    return path


def _kind(path):
    return "folder" if path.is_dir() else f"{path.suffix.lower() or 'suffixless'} file"


def _is_folder(path):
    return path.is_dir() and not is_litter(path)


def _is_picture(path):
    return path.suffix.lower() in SUFFIXES and not is_litter(path) and path.is_file()
