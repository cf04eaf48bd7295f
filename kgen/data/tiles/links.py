"""Links in an HDF5 file that lead out of it or nowhere, and images with two names."""

import h5py

from kgen.data.tiles.faults import Fault

ELSEWHERE = (
    "what lies in other files may change or be missing elsewhere; copy the images into one file "
    "(h5py: file.copy(..., expand_external=True))"
)
NOWHERE = "it leads nowhere in this file; remove the link"
TWICE = "one image of two names counts twice, and may be trained on and tested on"


def fault_of(parent: h5py.Group, key: str, name: str) -> Fault | None:
    """What is wrong with a link in a group; ``None`` if it leads to something in this file."""
    link = parent.get(key, getlink=True)
    if isinstance(link, h5py.ExternalLink):
        return Fault(name, f"is a link to {link.filename!r}", ELSEWHERE)
    if not isinstance(link, h5py.SoftLink):
        return None
    if not _leads(parent, key):
        return Fault(name, f"is a link to {link.path!r}", NOWHERE)
    if _place(parent[key])[0] != _place(parent)[0]:
        return Fault(
            name,
            f"is a link to {link.path!r}, beyond a link out of the file",
            ELSEWHERE,
        )
    return None


def second_name(
    thing: h5py.Group | h5py.Dataset, name: str, seen: dict[tuple[int, int], str]
) -> Fault | None:
    """A fault if ``seen``, {place: name}, has another name of the image; else adds its name."""
    first = seen.setdefault(_place(thing), name)
    return None if first == name else Fault(name, f"is {first}", TWICE)


def _leads(parent, key):
    try:
        return parent[key] is not None
    except (KeyError, OSError, RuntimeError):  # nothing there, or a ring of links
        return False


def _place(thing):
    """The file and the address in it, which all names of an object share."""
    info = h5py.h5o.get_info(thing.id)
    return info.fileno, info.addr
