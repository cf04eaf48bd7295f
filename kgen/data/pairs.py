from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kgen.checks import counted
from kgen.data.data import Data
from kgen.data.listing import file_names, listed, pictures_in
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
from kgen.data.pictures import read_pictures
from kgen.data.subjects import subjects_of
from kgen.fields import Image
from kgen.names import mapped, told_by_name
from kgen.types import Location, Names

KINDS = "image", "mask"


def read(
    argument: str, name: str, size: str | None = None, channels: int | None = None,
    fit: str = "crop", y: str = "image", subject: str | None = None,
) -> Data:  # fmt: skip
    """Pairs of images: two folders with the same file names, the fields x and y.

    The first folder in alphabetical order is x, the second y. The official splits are folders
    train, validation (or val) and test with two such folders each.

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
    x, notes = read_pictures(every(first), name, size, channels, fit)
    is_mask = y == "mask"
    own_channels = 1 if is_mask else channels
    other, more = read_pictures(every(second), name, size, own_channels, fit, is_mask)
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


def _lacking(files, others):
    """The files by stem without one of the same stem among others, each with its folder."""
    alone = []
    for stem in sorted(files.keys() - others.keys()):
        alone.append(f"{files[stem].parent.name}/{files[stem].name}")
    return alone
