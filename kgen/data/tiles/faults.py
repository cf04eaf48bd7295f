"""What is wrong with images of a file: all of it in one error, with what to leave out."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kgen.names import without
from kgen.types import Location, Names

if TYPE_CHECKING:
    from kgen.data.tiles.layout import Section

SHOWN = 5  # names per reason


class Fault(NamedTuple):
    """A group or an image, what it is, and why it cannot be used."""

    name: str
    detail: str
    reason: str


def check_none(
    path: Location, faults: Sequence[Fault], images: Names, way: str
) -> None:
    """Raises if there are faults; ``images`` names all images, ``way`` says what to do."""
    if not faults:
        return
    reasons: dict[str, list[str]] = {}
    for fault in faults:
        reasons.setdefault(fault.reason, []).append(
            f"{fault.name} {fault.detail}".strip()
        )
    told = "; ".join(f"{listed(names)}: {reason}" for reason, names in reasons.items())
    skipped = ",".join(_skipped(faults, images))
    raise ValueError(f"{path}: {told}. {way}. To leave out: skip={skipped}.")


def paths(sections: Iterable["Section"]) -> list[str]:
    """The names of images."""
    return [section.path for section in sections]


def groups(sections: Iterable["Section"]) -> list[str]:
    """The group of each image."""
    return [section.group for section in sections]


def listed(names: Names) -> str:
    """Some of the names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _skipped(faults, images):
    """The names with faults; of groups without a sound image, only the group."""
    faulty = {fault.name for fault in faults}
    sound = set(map(_group, without(images, faulty)))
    named = []
    for fault in faults:
        group = _group(fault.name)
        named.append(fault.name if group in sound else group)
    return list(dict.fromkeys(named))


def _group(name):
    return name.partition("/")[0]
