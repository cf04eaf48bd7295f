import numpy as np

from kgen.data.data import Data
from kgen.data.listing import listed
from kgen.data.official import (
    TEST,
    TRAIN,
    VALIDATION,
    cut,
    every,
    notes_on,
    split_folders,
)
from kgen.data.pairs import beside, named, two_folders, values_of_splits
from kgen.data.pictures import read_pictures
from kgen.data.subjects import SUBJECT, check_apart, subjects_of
from kgen.fields import Image
from kgen.names import mapped

FIELDS = "a", "b"


def read(
    argument: str, name: str, size: str | None = None, channels: int | None = None,
    fit: str = "crop", subject: str | None = None,
) -> Data:  # fmt: skip
    """Unpaired images of two domains: two folders, the fields a and b.

    The official splits are folders train, validation (or val) and test with two such folders each.

    Args:
        size: pixels of all images, 64 or 48x64 (height x width); their own by default.
        channels: 1 for grey, 3 for colour, 4 with transparency; by default the fewest that hold a
            domain.
        fit: how images come to their size: crop, pad or stretch.
        subject: a regular expression for the part of a file's name that says whose it is; no
            subject is in two splits.
    """
    splits = split_folders(argument, name)
    folders = mapped(two_folders, splits, name)
    images, whose = {}, {}
    notes = [named(folders, FIELDS), *notes_on(splits, beside(folders))]
    for side, field in enumerate(FIELDS):
        files = {part: listed(two[side]).pictures for part, two in folders.items()}
        pixels, done = read_pictures(every(files), name, size, channels, fit)
        images[field] = cut(pixels, files)
        told = mapped(subjects_of, files, subject, name)
        whose[field] = {part: facts.get(SUBJECT) for part, facts in told.items()}
        notes += [f"{field}: {note}" for note in done]
    fields = {}
    for field, arrays in images.items():
        fields[field] = Image.of(arrays[TRAIN], f"{name}: {field}")
    parts = values_of_splits(images)
    official = {VALIDATION: parts.get(VALIDATION), TEST: parts.get(TEST)}
    subjects = _checked(name, values_of_splits(whose)) if subject else None
    return Data.from_domains(
        name, parts[TRAIN], fields, tuple(notes), subjects, **official
    )


def _checked(name, whose):
    """The subjects of the training values by field; raises if official splits share a subject."""
    every = [np.concatenate(list(parts.values())) for parts in whose.values()]
    check_apart(name, *every)
    return whose[TRAIN]
