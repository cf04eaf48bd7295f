"""The masks of a data set: values that are no classes, and how often each class occurs."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from kgen.checks import counted
from kgen.data.faults import Fault, check_none
from kgen.data.split import Split
from kgen.fields import Field, Mask
from kgen.fields.mask import no_classes
from kgen.types import Array

SOME = 10  # masks; among as many, a class in a single one is a slip
MOST_THIN = 4  # classes that may be lines everywhere
SOLID = 0.1  # the share of a class's points that begin a square of 2 × 2 points
WAY = "Correct it, or leave it out."


def of_numbers(names: Sequence[str], masks: Iterable[Array]) -> list[Fault]:
    """The masks by name that hold other values than numbers of classes."""
    found = []
    for name, mask in zip(names, masks, strict=True):
        told = no_classes(mask)
        if told:
            found.append(Fault(name, told, WAY))
    return found


def of_classes(
    where: str, names: Sequence[str], masks: Array, classes: Sequence[int]
) -> list[Fault]:
    """The classes of masks (n, …, 1) that no model can learn: slips, and shades of an edge."""
    found = _of_shades(where, masks, classes)
    return found or _of_slips(names, counts_of(masks, classes), classes)


def check_masks(
    name: str, fields: Mapping[str, Field], splits: Mapping[str, Split]
) -> None:
    """Raises a ``Faulty`` with the faults of the masks; ``splits`` go by the ends of names."""
    found = []
    for field, classes in _classes_of(fields).items():
        rows = []
        for suffix, split in splits.items():
            rows += _rows_of(f"{field}{suffix}", len(split))
        masks = [split[field] for split in splits.values()]
        # Masks of a single array are not copied: they may lie in a file.
        joined = masks[0] if len(masks) == 1 else np.concatenate(masks)
        found += of_classes(f"{name}: {field}", rows, joined, classes)
    check_none(name, found)


def check_trained(
    name: str, fields: Mapping[str, Field], splits: Sequence[Split]
) -> list[str]:
    """A note per field of masks on its classes; raises for those that the first split lacks."""
    notes = []
    for field, classes in _classes_of(fields).items():
        parts = [counts_of(split[field], classes) for split in splits]
        _check_known(f"{name}: {field}", classes, parts)
        notes.append(f"{field}: {_shares(classes, np.concatenate(parts))}.")
    return notes


def counts_of(masks: Array, classes: Sequence[int]) -> Array:
    """The points of each class in each mask, (n, classes)."""
    counts = np.zeros((len(masks), len(classes)), int)
    for row, mask in zip(counts, masks, strict=True):
        row += _counted(mask, classes)
    return counts


def _counted(values, classes):
    numbers = np.searchsorted(classes, np.ravel(values))
    return np.bincount(numbers, minlength=len(classes))


def _classes_of(fields):
    """The classes of each field of masks, by its name."""
    return {
        name: field.values for name, field in fields.items() if isinstance(field, Mask)
    }


def _rows_of(name, count):
    """The name of each row of an array, such as y[3]."""
    return [f"{name}[{row}]" for row in range(count)]


def _of_slips(names, counts, classes):
    """The classes of a single mask among some: they cannot be both trained and tested."""
    found = []
    for value, points in zip(classes, counts.T, strict=True):
        rows = np.flatnonzero(points)
        if len(rows) == 1 and len(counts) >= SOME:
            told = f"holds class {value} in {counted(int(points[rows[0]]), 'point')}"
            others = f"none of the other {counted(len(counts) - 1, 'mask')} holds it"
            found.append(Fault(names[rows[0]], f"{told}, and {others}", WAY))
    return found


def _of_shades(where, masks, classes):
    """The fault of masks most of whose classes are thin everywhere, as the shades of an edge."""
    points, squares = np.zeros((2, len(classes)), int)
    for mask in masks:
        points += _counted(mask, classes)
        squares += _counted(_squares_of(mask[..., 0]), classes)
    thin = [classes[place] for place in np.flatnonzero(squares < SOLID * points)]
    if len(thin) <= max(MOST_THIN, len(classes) / 2):
        return []
    told = (
        f"{len(thin)} of {len(classes)} classes, such as {thin[0]} and {thin[-1]}, nearly never "
        "fill a square of 2×2 points, as the shades along blurred edges"
    )
    way = (
        "Store masks without compression losses, and resize them without mixing values."
    )
    return [Fault(where, told, way)]


def _squares_of(mask):
    """The class of each square of 2 × 2 points of one class, in the last two axes."""
    corner = mask[..., 1:, 1:]
    alike = (corner == mask[..., :-1, 1:]) & (corner == mask[..., 1:, :-1])
    return corner[alike & (corner == mask[..., :-1, :-1])]


def _check_known(where, classes, parts):
    """Raises if other splits hold classes that the first lacks."""
    lacks = parts[0].sum(axis=0) == 0
    if not lacks.any():
        return
    unknown = ", ".join(map(str, np.asarray(classes)[lacks]))
    count = (np.concatenate(parts)[:, lacks] > 0).any(axis=1).sum()
    raise ValueError(
        f"{where}: class {unknown} is in {counted(int(count), 'mask')} and in none for training. "
        "Correct them, or divide the masks in another way."
    )


def _shares(classes, counts):
    """In how many masks each class is, and its share of all points."""
    shares = counts.sum(axis=0) / counts.sum()
    told = []
    for value, share, points in zip(classes, shares, counts.T, strict=True):
        masks = counted(int(np.count_nonzero(points)), "mask")
        told.append(f"class {value} in {masks}, {share:.3%} of points")
    return " · ".join(told)
