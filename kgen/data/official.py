"""The official splits of a folder of pictures: folders train, validation and test within it."""

from collections.abc import Iterable, Mapping, Sequence, Sized
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from kgen.data.dividing import TEST, VALIDATION
from kgen.data.listing import checked, file_names, listed, notes_aside
from kgen.names import selected, without
from kgen.types import Array, Arrays, Location

TRAIN = "train"
Entry = TypeVar("Entry")
SPELLINGS = {
    "train": TRAIN, "training": TRAIN,
    "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION,
    "test": TEST, "testing": TEST,
}  # fmt: skip


def split_folders(argument: Location, name: str) -> dict[str, Path]:
    """The folder of each official split by its name in ``Data``; without splits, all is train."""
    root = checked(argument, name, "folder")
    folders = listed(root).folders
    splits = [folder for folder in folders if folder.name.lower() in SPELLINGS]
    found = {SPELLINGS[folder.name.lower()]: folder for folder in splits}
    if TRAIN not in found or len(found) == 1 < len(folders):  # a class may be called so
        return {TRAIN: root}
    _check_splits(name, folders, splits, found)
    return selected(found, (TRAIN, VALIDATION, TEST))


def notes_on(parts: Mapping[str, Path], aside: Sequence[Path]) -> tuple[str, ...]:
    """Notes on the official splits, if any, and on what is left aside, also beside the splits."""
    if len(parts) == 1:
        return notes_aside(aside)
    named = ", ".join(f"{part} ({folder.name}/)" for part, folder in parts.items())
    return (
        f"Official splits: {named}.",
        *notes_aside([*listed(parts[TRAIN].parent).others, *aside]),
    )


def cut(array: Array, parts: Mapping[str, Sized]) -> dict[str, Array]:
    """Cuts an array with the values of all splits in sequence into one array per split."""
    ends = np.cumsum(list(map(len, parts.values())))[:-1]
    return dict(zip(parts, np.split(array, ends), strict=True))


def every(parts: Mapping[str, Iterable[Entry]]) -> list[Entry]:
    """The entries of all splits in one list."""
    return list(chain.from_iterable(parts.values()))


def official(
    values: Mapping[str, Arrays], facts: Mapping[str, Arrays]
) -> dict[str, Any]:
    """The official splits and the facts of all splits, as ``Data.from_arrays`` takes them."""
    return {
        "validation": values.get(VALIDATION), "validation_facts": facts.get(VALIDATION),
        "test": values.get(TEST), "test_facts": facts.get(TEST), "facts": facts[TRAIN],
    }  # fmt: skip


def _check_splits(name, folders, splits, found):
    others = without(folders, splits)
    if others:
        raise ValueError(
            f"{name}: beside the splits {_named(splits)} there are the folders {_named(others)}. "
            "Move them away: images of a test folder are never trained on."
        )
    if len(found) < len(splits):
        raise ValueError(
            f"{name}: {_named(splits)} name a split twice. Keep one folder of each."
        )


def _named(folders):
    return ", ".join(file_names(folders))
