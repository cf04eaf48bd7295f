"""The contents of an HDF5 file of grey images, GROUP/IMAGE, checked before any computation."""

from collections.abc import Iterable
from typing import NamedTuple

import h5py
import numpy as np

from kgen.data.tiles import filters, links, pixels, subjects
from kgen.data.tiles.faults import Fault, check_none
from kgen.data.tiles.opening import explained, opened
from kgen.names import of_kind
from kgen.types import Location, Names

EXPECTED = (
    "Expected groups (one a brain) that hold grey images: "
    "GROUP/IMAGE, each of shape (height, width)"
)
COLOURS = 2, 3, 4  # channels
COLOURED = "colour, where tiles are grey; convert it"
NOT_GREY = "not one grey image (height, width)"
NUMBERS = "not whole or floating-point numbers of up to 8 bytes"
UNPACKED = "not installed; pip install hdf5plugin, or write it anew: h5repack -f GZIP=4 OLD NEW"


class Section(NamedTuple):
    """One image of the file: where it is, how it is stored, and its subject if asked for."""

    group: str
    name: str
    shape: tuple
    dtype: np.dtype
    chunks: tuple | None
    compression: str | None
    offset: int | None
    subject: str | None = None

    @property
    def path(self) -> str:
        return f"{self.group}/{self.name}"

    @property
    def bytes(self) -> int:
        """Bytes once it is read, whatever it takes in the file."""
        return self.shape[0] * self.shape[1] * self.dtype.itemsize

    def corners(self, tile_size: int) -> tuple[int, int]:
        """In how many rows and columns a tile may begin; not above 0 if the image is too small."""
        return self.shape[0] - tile_size + 1, self.shape[1] - tile_size + 1


def byte_counts(sections: Iterable[Section]) -> list[int]:
    """The bytes of each image once it is read."""
    return [section.bytes for section in sections]


def sections_of(
    path: Location, skip: Names = (), subject: str | None = None
) -> list[Section]:
    """All images of the file by name, checked, except for groups and GROUP/IMAGE to skip.

    ``subject`` is the attribute that names an image's subject, see ``kgen.data.tiles.subjects``.
    """
    with opened(path) as file:
        if not len(file):
            raise ValueError(f"{path} is empty. {EXPECTED}.")
        _check_known(path, file, skip)
        found = _found(path, file, skip, subject)
    faults = of_kind(found.values(), Fault)
    check_none(path, faults, list(found), EXPECTED)
    return list(found.values())


def _found(path, file, skip, subject):
    """The section, or the fault, of every GROUP/IMAGE by its name."""
    found, seen = {}, {}
    for name, thing in _images(path, file, skip):
        with explained(f"{path}: {name}"):
            fault = isinstance(thing, Fault)
            found[name] = thing if fault else _section(name, thing, seen, subject)
    return found


def _check_known(path, file, skip):
    for name in skip:
        if not _holds(file, *name.split("/", 1)):
            known = ", ".join(file)
            raise ValueError(
                f"skip={name!r} is no group and no GROUP/IMAGE of {path}; it has {known}."
            )


def _holds(file, group, image=None):
    # Among the names: "in" follows links, and those that lead nowhere are to be skipped as well.
    if group not in list(file):
        return False
    return image is None or (
        isinstance(file[group], h5py.Group) and image in list(file[group])
    )


def _images(path, file, skip):
    """Every GROUP/IMAGE that is not skipped, with what lies there or its fault."""
    for name, group in _members(path, file, "", skip):
        fault = group if isinstance(group, Fault) else _fault_of_group(name, group)
        if fault:
            yield name, fault
        else:
            yield from _members(path, group, f"{name}/", skip)


def _members(path, parent, prefix, skip):
    for key in parent:
        name = f"{prefix}{key}"
        if name in skip:
            continue
        with explained(f"{path}: {name}"):
            thing = links.fault_of(parent, key, name) or parent[key]
        yield name, thing


def _fault_of_group(name, group):
    if not isinstance(group, h5py.Group):
        return Fault(
            name,
            _described(group),
            "outside any group (images x in rows are read as stack:FILE)",
        )
    return None if len(group) else Fault(name, "", "the group is empty")


def _section(name, dataset, seen, subject):
    """What is known of an image, or its fault."""
    fault = _fault(name, dataset) or links.second_name(dataset, name, seen)
    whose = (
        None
        if fault or subject is None
        else subjects.subject_of(name, dataset, subject)
    )
    if fault or isinstance(whose, Fault):
        return fault or whose
    dtype = pixels.pixel_type(dataset)
    stored = (dataset.chunks, dataset.compression)
    offset = pixels.offset_of(dataset, dtype)
    return Section(*name.split("/"), dataset.shape[:2], dtype, *stored, offset, whose)


def _fault(name, dataset):
    if not isinstance(dataset, h5py.Dataset):
        return Fault(name, _described(dataset), "one level too deep")
    if dataset.external or dataset.is_virtual:
        return Fault(
            name,
            "",
            "its pixels lie in other files, which may change or be missing elsewhere",
        )
    return _fault_of_shape(name, dataset) or _fault_of_pixels(name, dataset)


def _fault_of_shape(name, dataset):
    shape = dataset.shape or ()
    sides, channels = shape[:2], shape[2:]
    if len(sides) == 2 and all(sides) and channels in ((), (1,)):
        return None
    colour = len(channels) == 1 and channels[0] in COLOURS
    return Fault(name, _described(dataset), COLOURED if colour else NOT_GREY)


def _fault_of_pixels(name, dataset):
    if pixels.pixel_type(dataset) is None:
        return Fault(name, "", f"pixels of {pixels.type_name(dataset)}, {NUMBERS}")
    lacking = filters.missing(dataset)
    return (
        Fault(name, "", f"packed by the filter {lacking}, {UNPACKED}")
        if lacking
        else None
    )


def _described(thing):
    if isinstance(thing, h5py.Dataset):
        return f"of shape {thing.shape}"
    return f"is a {type(thing).__name__.lower()}"
