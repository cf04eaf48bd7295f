from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from kgen.checks import by, counted
from kgen.data.data import Data
from kgen.data.faults import Fault, check_none
from kgen.data.listing import file_names, listed, pictures_in
from kgen.data.masks import of_classes, of_numbers
from kgen.data.naming import registered
from kgen.data.official import (
    TRAIN,
    Entry,
    cut,
    every,
    notes_on,
    official,
    split_folders,
)
from kgen.data.pictures import head_of_picture, read_pictures
from kgen.data.subjects import subjects_of
from kgen.fields import Image
from kgen.names import mapped, told_by_name
from kgen.types import Location, Names

KINDS = "image", "mask"
LOSSY = "JPEG"


def read(
    argument: str, name: str, size: str | None = None, channels: int | None = None,
    fit: str = "crop", y: str = "image", subject: str | None = None,
) -> Data:  # fmt: skip
    """Pairs of images: two folders with the same file names, the fields x and y.

    The first folder in alphabetical order is x, the second y. Both images of a pair have one size
    in their files, or one shape if they are resized. Masks are no JPEG files. The official splits
    are folders train, validation (or val) and test with two such folders each.

    Args:
        size: pixels of all images, 64 or 48x64 (height x width); their own by default.
        channels: of x, and of y unless that is a mask: 1, 3 or 4.
        fit: how images come to their size: crop, pad or stretch.
        y: what the second folder holds: image or mask.
        subject: a regular expression for the part of a file's name that says whose it is; no
            subject is in two splits.
    """
    if y not in KINDS:
        raise ValueError(
            f"y={y!r} is not known. The second folder holds image or mask."
        )
    splits = split_folders(argument, name)
    folders = mapped(two_folders, splits, name)
    first, second = {}, {}
    for part, two in folders.items():
        first[part], second[part] = _partners(name, *two)
    is_mask = y == "mask"
    check_none(name, _of_heads(every(first), every(second), is_mask, size))
    x, notes = read_pictures(every(first), name, size, channels, fit)
    own_channels = 1 if is_mask else channels
    other, more = read_pictures(every(second), name, size, own_channels, fit, is_mask)
    if is_mask:
        _check_masks(name, every(second), other)
    parts = values_of_splits({"x": cut(x, first), "y": cut(other, second)})
    training = parts[TRAIN]
    fields = {
        "x": Image.of(training["x"], f"{name}: x"),
        "y": registered(f"{name}: y", training["y"], y),
    }
    told = [named(folders, "xy"), *notes_on(splits, beside(folders)), *notes, *more]
    facts = mapped(subjects_of, first, subject, name)
    return Data.from_arrays(
        name, training, fields, **official(parts, facts), notes=tuple(told)
    )


def two_folders(root: Location, name: str) -> list[Path]:
    """The two folders within a folder; raises if there are not two, or if one is empty."""
    folders = listed(root).folders
    if len(folders) != 2:
        found = ", ".join(file_names(folders)) or "none"
        raise ValueError(
            f"{name}: two folders of images are expected in {root}; there are {found}."
        )
    for folder in folders:
        pictures_in(folder, name)
    return folders


def named(folders: Mapping[str, Sequence[Path]], fields: Names) -> str:
    """A note on which folder is which field."""
    return told_by_name(dict(zip(fields, file_names(folders[TRAIN]), strict=True)))


def beside(folders: Mapping[str, Iterable[Path]]) -> list[Path]:
    """What lies beside the pictures in the folders of all splits."""
    found = []
    for folder in every(folders):
        found += listed(folder).beside
    return found


def values_of_splits(
    fields: Mapping[str, Mapping[str, Entry]],
) -> dict[str, dict[str, Entry]]:
    """Arrays by field and split as arrays by split and field."""
    parts: dict[str, dict[str, Entry]] = {}
    for field, arrays in fields.items():
        for part, array in arrays.items():
            parts.setdefault(part, {})[field] = array
    return parts


def _partners(name, *folders):
    """The files of both folders in the same order; raises and lists files without a partner."""
    stems = []
    for folder in folders:
        pictures = listed(folder).pictures
        stems.append({file.stem: file for file in pictures})
        if len(stems[-1]) < len(pictures):
            raise ValueError(
                f"{name}: two images in {folder.name!r} differ in their suffix only. Rename one."
            )
    first, second = stems
    alone = [*_lacking(first, second), *_lacking(second, first)]
    if alone:
        raise ValueError(
            f"{name}: without a partner in the other folder: {counted(len(alone), 'image')}, "
            f"{', '.join(alone)}. Add their partners, or remove them."
        )
    order = sorted(first)
    return [first[stem] for stem in order], [second[stem] for stem in order]


def _of_heads(files, partners, is_mask, size):
    """The pairs of two sizes, and masks in a format that changes values."""
    found = []
    for file, partner in zip(files, partners, strict=True):
        own, other = head_of_picture(partner), head_of_picture(file)
        if own and is_mask and own.format == LOSSY:
            told = "is a JPEG file, which mixes the numbers of classes"
            found.append(Fault(_place(partner), told, "Store the mask anew as PNG."))
        if own and other and not _fit(own.shape, other.shape, size):
            told = f"is {by(own.shape)} pixels, and {_place(file)} {by(other.shape)}"
            way = "Bring both to the grid of one of them, or leave the pair out."
            found.append(Fault(_place(partner), told, way))
    return found


def _fit(shape, other, size):
    """Whether two images show the same places, as they are or resized, such as by half."""
    if size is None:
        return shape == other
    return shape[0] * other[1] == shape[1] * other[0]


def _check_masks(name, files, masks):
    """Raises for masks with values that are no classes, by their files."""
    places = list(map(_place, files))
    check_none(name, of_numbers(places, masks))
    classes = np.unique(masks).tolist()
    check_none(name, of_classes(f"{name}: y", places, masks, classes))


def _place(file):
    return f"{file.parent.name}/{file.name}"


def _lacking(files, others):
    """The files by stem without one of the same stem among others, each with its folder."""
    alone = []
    for stem in sorted(files.keys() - others.keys()):
        alone.append(_place(files[stem]))
    return alone
