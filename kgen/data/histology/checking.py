"""The faults of PatchCamelyon's files: what is missing, and what does not fit together."""

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np

from kgen.checks import counted, few
from kgen.data.faults import Fault, of_splits
from kgen.data.histology.layout import (
    ANYWHERE,
    CENTRAL,
    META,
    SLIDE,
    SPELT,
    X,
    Y,
    path_of,
)
from kgen.data.histology.patch import SIDE
from kgen.data.listing import file_names
from kgen.data.records import Records
from kgen.data.tiles.opening import opened
from kgen.names import mapped, without
from kgen.types import Array, Shape

AGAIN = "Copy the files of this split anew."
SOURCE = "https://github.com/basveeling/pcam has the files"


class Found(NamedTuple):
    """The shape and the type of an array of a file, empty without it, and all names there."""

    shape: Shape
    dtype: str
    there: list[str]


def faults_of(root: Path, name: str) -> list[Fault]:
    """The faults of a folder: what is not there, else what is wrong, else what does not fit."""
    return (
        _of_every_split(root, _missing)
        or _of_every_split(root, _of_arrays)
        or _of_meta(root, name)
    )


def _of_every_split(
    root: Path, faults: Callable[[Path, str], list[Fault]]
) -> list[Fault]:
    found = []
    for split in SPELT:
        found += faults(root, split)
    return found


def _missing(root: Path, split: str) -> list[Fault]:
    """The files of a split that are not there, and why that may be."""
    faults = []
    for kind in (X, Y):
        path = path_of(root, split, kind)
        if not path.exists():
            faults.append(Fault(path.name, *_reason(path)))
    return faults


def _reason(path: Path) -> tuple[str, str]:
    packed = path.with_name(f"{path.name}.gz")
    if packed.exists():
        return "is packed", f"Unpack it: gunzip {packed.name}."
    there = sorted(file_names(path.parent.iterdir()))
    return (
        f"is not in {path.parent}",
        f"The folder holds {few(there) or 'nothing'}. {SOURCE}.",
    )


def _of_arrays(root: Path, split: str) -> list[Fault]:
    """The faults of the patches and the labels of a split."""
    images, labels = path_of(root, split, X), path_of(root, split, Y)
    x, y = _found(images, "x"), _found(labels, "y")
    lacking = [*_lacking(images, x, "x"), *_lacking(labels, y, "y")]
    return lacking or [*_of_patches(images, x), *_of_labels(labels, x, y)]


def _lacking(path: Path, found: Found, key: str) -> list[Fault]:
    if found.shape:
        return []
    told = f"holds {few(found.there) or 'nothing'} at its top, and no array {key!r} with an axis"
    return [Fault(path.name, told, AGAIN)]


def _found(path: Path, key: str) -> Found:
    with opened(path) as file:
        item = file.get(key)
        if not isinstance(item, h5py.Dataset):
            return Found((), "", list(file))
        return Found(item.shape, item.dtype.name, list(file))


def _of_patches(path: Path, x: Found) -> list[Fault]:
    if x.shape[0] == 0:
        return [Fault(path.name, "holds no patches", AGAIN)]
    if x.shape[1:] == (SIDE, SIDE, 3) and x.dtype == "uint8":
        return []
    told = (
        f"x is {x.dtype} of shape {x.shape}, not uint8 of shape (n, {SIDE}, {SIDE}, 3)"
    )
    return [
        Fault(
            path.name, told, "Other images are read as stack:FILE.h5, with y beside x."
        )
    ]


def _of_labels(path: Path, x: Found, y: Found) -> list[Fault]:
    """The faults of labels, which the original stores in the shape (n, 1, 1, 1)."""
    count = x.shape[0]
    size = int(np.prod(y.shape))
    if size != count or y.shape[0] != count:
        told = f"y of shape {y.shape} is for {counted(y.shape[0], 'patch', 'es')}, x has {count:,}"
        return [Fault(path.name, told, AGAIN)]
    with opened(path) as file:
        values = np.unique(file["y"][...])
    wrong = values[~np.isin(values, (0, 1))]
    if len(wrong):
        return [Fault(path.name, f"y holds {wrong[0]}; labels are 0 and 1", AGAIN)]
    return []


def _of_meta(root: Path, name: str) -> list[Fault]:
    """The faults of the tables that say whose each patch is; one or none of them may be there."""
    paths = {split: path_of(root, split, META) for split in SPELT}
    gone = list(itertools.filterfalse(Path.exists, paths.values()))
    if len(gone) == len(paths):
        return []
    if gone:
        return [
            Fault(
                gone[0].name, "is missing, and other splits have theirs", f"{SOURCE}."
            )
        ]
    wrong, reported, slides = [], [], {}
    for split, path in paths.items():
        found = _columns(root, split, path)
        if isinstance(found, Fault):
            wrong.append(found)
        else:
            slides[split] = found[SLIDE]
            reported += _contradicted(root, split, path, found)
    return wrong or [*reported, *_of_slides(name, slides)]


def _columns(root: Path, split: str, path: Path) -> Mapping[str, Array] | Fault:
    """The columns of a table, or what is wrong with it."""
    words = Records.of(path, path.name).words
    lacking = without([SLIDE, ANYWHERE], words)
    if lacking:
        return Fault(
            path.name, f"has no column {lacking[0]!r}", f"It has {few(list(words))}."
        )
    count = _found(path_of(root, split, Y), "y").shape[0]
    if len(words[SLIDE]) != count:
        told = f"has {counted(len(words[SLIDE]), 'row')} for {counted(count, 'patch', 'es')}"
        return Fault(path.name, told, AGAIN)
    return words


def _contradicted(
    root: Path, split: str, path: Path, words: Mapping[str, Array]
) -> list[Fault]:
    """What is reported of a table that contradicts the labels, as one in another order does."""
    if CENTRAL not in words:
        return []
    with opened(path_of(root, split, Y)) as file:
        labels = file["y"][...].reshape(-1) == 1
    wrong = np.flatnonzero((np.char.lower(words[CENTRAL]) == "true") != labels)
    if not len(wrong):
        return []
    told = f"{CENTRAL} contradicts y in {counted(len(wrong), 'row')}, first in row {wrong[0]}"
    way = "In another order than the patches, rows tell the slides of others."
    return [Fault(path.name, told, way, fatal=False)]


def _of_slides(name: str, slides: dict[str, Array]) -> list[Fault]:
    """The slides that are in two splits."""
    unique = mapped(np.unique, slides)
    splits = np.repeat(list(unique), list(map(len, unique.values())))
    every = list(itertools.chain.from_iterable(unique.values()))
    return of_splits(name, every, splits)
