from pathlib import Path
from typing import NamedTuple, Self

from kgen.checks import are, counted
from kgen.data.anomalies import leave_out
from kgen.data.data import Data
from kgen.data.faults import Fault, of_classes, of_splits, of_subjects
from kgen.data.fold import Fold
from kgen.data.known import Known
from kgen.data.listing import (
    EXPECTED,
    KNOWN,
    file_names,
    listed,
    pictures_in,
    told_instead,
)
from kgen.data.measured import check_anatomy, described
from kgen.data.official import TRAIN, cut, every, notes_on, official, split_folders
from kgen.data.options import NO_NAMES
from kgen.data.picture_faults import of_pictures
from kgen.data.pictures import read_pictures
from kgen.data.subjects import SUBJECT, subjects_of
from kgen.fields import Image, Label
from kgen.names import mapped
from kgen.types import Location


class Pictures(NamedTuple):
    """The picture files of a folder, the class of each if its folders are classes, and the rest."""

    files: list[Path]
    classes: list[str]
    aside: list[Path]

    @classmethod
    def of(cls, folder: Location, name: str) -> Self:
        """The pictures of a folder, or of the folders within it; raises if there are none."""
        found = listed(folder)
        if not found.folders:
            _check_any(found, folder, name)
            return cls(found.pictures, [], found.others)
        files = {path.name: pictures_in(path, name) for path in found.folders}
        _check_none_beside(found, folder, name)
        classes, aside = [], list(found.others)
        for label, part in files.items():
            classes += [label] * len(part)
        for inner in found.folders:
            aside += listed(inner).beside
        return cls(every(files), classes, aside)


def read(
    argument: str, name: str, size: str | None = None, channels: int | None = None,
    fit: str = "crop", low: float | None = None, high: float | None = None,
    subject: str | None = None, table: str | None = None, fold: int | None = None, folds: int = 5,
    pixel: float | None = None, anatomy: str | None = None, flip: bool = False,
    left_out: list = NO_NAMES,
) -> Data:  # fmt: skip
    """Images of a folder: without classes, or one folder per class in alphabetical order.

    Folders train, validation (or val) and test, each of that kind, are the official splits.

    Args:
        size: pixels of all images, 64 or 48x64 (height x width); their own by default.
        channels: 1 for grey, 3 for colour, 4 with transparency; by default the fewest that
            hold all.
        fit: how images come to their size: crop, pad or stretch.
        low: the grey value of black.
        high: the grey value of white; by default 255, or the training maximum of 16-bit images.
        subject: a regular expression for the part of a file's name that says whose it is; no
            subject is in two splits.
        table: a table of the files with the columns file, subject and any others, such as age.
        fold: the fold that is the test, from 0; folds are parts of all subjects, balanced in
            classes and ages.
        folds: how many folds there are.
        pixel: millimetres per pixel of the images as they are read, for measures in millimetres.
        anatomy: what the images show: brain.
        flip: whether training mirrors a random half of the images left to right.
        left_out: classes that training never sees; in the test they are the anomalies.
    """
    check_anatomy(anatomy)
    folders = split_folders(argument, name)
    parts = mapped(Pictures.of, folders, name)
    files = _files(parts)
    images, notes = read_pictures(every(files), name, size, channels, fit)
    values = {part: {"x": x} for part, x in cut(images, files).items()}
    fields = {"x": Image.of(values[TRAIN]["x"], f"{name}: x", low, high)}
    labels = _labels(name, parts)
    if labels:
        fields["y"] = labels
        for part, given in values.items():
            given["y"] = labels.stored(parts[part].classes)
    aside = []
    for found in parts.values():
        aside += found.aside
    told = (*notes_on(folders, aside), *notes)
    facts = _facts(name, argument, files, subject, table)
    options = {**official(values, facts), "notes": told, "fold": Fold.of(fold, folds)}
    data = Data.from_arrays(name, values[TRAIN], fields, **options)
    return leave_out(described(data, pixel, anatomy, flip), left_out)


def faults(
    argument: str,
    name: str,
    size: str | None,
    channels: int | None,
    subject: str | None,
    table: str | None,
    anatomy: str | None,
    **_: object,
) -> list[Fault]:
    """All faults of the pictures of a folder; the parameters are those of ``read``."""
    parts = mapped(Pictures.of, split_folders(argument, name), name)
    files = _files(parts)
    facts = _facts(name, argument, files, subject, table)
    classes, subjects, splits = [], [], []
    for part, found in parts.items():
        classes += found.classes
        subjects += list(facts[part].get(SUBJECT, []))
        splits += [part] * len(found.files)
    wrong = of_pictures(every(files), size, channels, classes or None, anatomy)
    if classes:
        wrong += of_classes(argument, parts[TRAIN].classes)
    if subjects and classes:
        wrong += of_subjects(argument, subjects, classes, fatal=False)
    if subjects:
        wrong += of_splits(argument, subjects, splits)
    return wrong


def _files(parts):
    """The pictures of each split."""
    return {part: found.files for part, found in parts.items()}


def _facts(name, root, files, subject, table):
    """The facts about the files of each split, from their names or from a table."""
    if subject and table:
        raise ValueError(
            f"{name}: subject={subject!r} and table={table!r} both say whose the files are. Give "
            "one of them; the table's column subject says it."
        )
    if table is None:
        return mapped(subjects_of, files, subject, name)
    known = Known.of(table, name, Path(root))
    known.check_all(every(files))
    return mapped(known.facts, files)


def _labels(name, parts):
    """The field of the training classes; ``None`` if there are none."""
    classes = list(dict.fromkeys(parts[TRAIN].classes))
    for part, found in parts.items():
        unknown = sorted(set(found.classes) - set(classes))
        if unknown or bool(found.classes) != bool(classes):
            told = ", ".join(unknown) or "none"
            raise ValueError(
                f"{name}: {part} has the classes {told}, train {', '.join(classes) or 'none'}."
            )
    return Label(len(classes), classes) if classes else None


def _check_any(found, folder, name):
    if not found.pictures:
        told = told_instead(found, EXPECTED.format(folder))
        raise ValueError(f"{name}: {str(folder)!r} holds no {KNOWN} pictures{told}")


def _check_none_beside(found, folder, name):
    count = len(found.pictures)
    if count:
        few = ", ".join(file_names(found.pictures[:3]))
        raise ValueError(
            f"{name}: beside the folders of {folder}, which are classes, there {are(count)} "
            f"{counted(count, 'picture')}, such as {few}. Move {'it' if count == 1 else 'them'} "
            "into one of these."
        )
