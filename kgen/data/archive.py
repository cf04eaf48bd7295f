import math
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePath

import numpy as np
from numpy.lib import format as npy

from kgen.data.listing import checked, is_litter
from kgen.decoding import Undecodable, decoding
from kgen.types import Array, Location, Shape

SUFFIX = ".npy"
HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
WAY = "Write plain arrays with np.savez(FILE, x=x)."


class Archive(Mapping):
    """The arrays of a .npz file by name; each is unpacked only when it is asked for.

    Args:
        path: of the file.
        name: str, of the data set, for messages.

    Raises:
        ValueError: if the file, or an array on access, is damaged, encrypted or larger than it
            says.

    Example:
        >>> x = Archive("cells.npz", "npz:cells.npz")["x"]
    """

    def __init__(self, path: Location, name: str):
        self.path, self.name = checked(path, name, "file"), name
        with self._opened() as file:
            members = list(filter(_is_array, file.infolist()))
        names = [member.filename.removesuffix(SUFFIX) for member in members]
        self._members = dict(zip(names, members, strict=True))
        if len(self._members) < len(members):
            raise Undecodable(f"{name} holds two arrays of one name. {WAY}")

    def __getitem__(self, array: str) -> Array:
        member = self._members[array]
        with self._opened() as file, self._decoding(f"its array {array!r}"):
            with file.open(member) as stream:
                _checked_head(stream, member)
            with file.open(member) as stream:
                return npy.read_array(stream, allow_pickle=False)

    def __contains__(self, array: object) -> bool:  # a Mapping's own would unpack it
        return array in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def heads(self) -> Iterator[tuple[str, Shape, np.dtype]]:
        """The name, shape and type of every array, without unpacking any."""
        for array, member in self._members.items():
            with (
                self._opened() as file,
                self._decoding(f"its array {array!r}"),
                file.open(member) as stream,
            ):
                yield array, *_checked_head(stream, member)

    def _opened(self):
        with self._decoding("a .npz file of plain arrays"):
            return zipfile.ZipFile(self.path)

    def _decoding(self, what):
        return decoding(self.name, what, WAY)


def _is_array(member):
    return member.filename.endswith(SUFFIX) and not is_litter(PurePath(member.filename))


def _checked_head(stream, member):
    """The shape and type in an array's header; raises if they do not fit the size of its member."""
    version = npy.read_magic(stream)
    if version not in HEADERS:
        raise ValueError(f"it holds records, or is of a later .npy version: {version}")
    shape, _, dtype = HEADERS[version](stream)
    said, there = math.prod(shape) * dtype.itemsize, member.file_size - stream.tell()
    if not dtype.hasobject and said != there:
        raise ValueError(
            f"its header says {shape} of {dtype}, {said} bytes, where there are {there}"
        )
    return shape, dtype
