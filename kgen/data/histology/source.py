from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kgen import checks
from kgen.data.data import Data
from kgen.data.faults import Fault, check_none
from kgen.data.histology.checking import faults_of
from kgen.data.histology.layout import (
    ANYWHERE,
    CLASSES,
    META,
    SLIDE,
    SPELT,
    X,
    Y,
    path_of,
)
from kgen.data.histology.patch import CENTRE, SIDE
from kgen.data.image_rows import ImageRows
from kgen.data.listing import checked
from kgen.data.measured import described
from kgen.data.official import TRAIN, official
from kgen.data.records import Records
from kgen.data.split import at
from kgen.data.subjects import SUBJECT
from kgen.data.tiles.opening import opened
from kgen.data.tiles.storage import memory_bytes
from kgen.fields import Image, Label
from kgen.types import Array, Arrays

NO_SLIDES = (
    "no meta.csv: nobody knows which patches are of one slide, "
    "and intervals are over patches"
)
# pixels per side: of the region that decides the label
LEAST = CENTRE.stop - CENTRE.start
FEWEST = 10


class Part(NamedTuple):
    """A split: its labels and facts, and the rows of its patches in the file."""

    y: Array
    facts: dict[str, Array]
    rows: Array


def read(
    argument: str, name: str, size: int = SIDE, count: int | None = None, memory: str = "2GB",
    flip: bool = False,
) -> Data:  # fmt: skip
    """Patches x of PatchCamelyon, 96×96 in colour, with y: 1 for a tumour in the centre, else 0.

    The folder holds the files of the original as they are, in the official splits:
    camelyonpatch_level_2_split_train_x.h5, …_train_y.h5, …_train_meta.csv, the same of valid and of
    test. The column wsi of meta.csv, the slide, is the subject.

    Args:
        size: pixels per side that are cut out of the middle, 32 to 96; the 32 that decide the label
            are always there, and no pixel changes.
        count: training patches, drawn at random; by default all. The fewer are among the more.
        memory: how much memory the patches of a split may take, such as 512MB; larger splits are
            read from the cache as needed.
        flip: whether training mirrors a random half of the patches left to right.
    """
    _check_side(size)
    check_none(name, faults(argument, name))
    parts = parts_of(Path(argument))
    parts[TRAIN] = _some(name, parts[TRAIN], count)
    read_at = partial(_values, argument, size=size, memory=memory_bytes(memory))
    values = {split: read_at(split, part) for split, part in parts.items()}
    fields = {
        "x": Image((size, size, 3), 0, 255, dtype="uint8"),
        "y": Label(2, CLASSES),
    }
    given = official(values, {split: part.facts for split, part in parts.items()})
    notes = () if parts[TRAIN].facts else (NO_SLIDES,)
    # In place and in order, so that patches which lie in a file are not copied into memory.
    given |= {
        "in_place": True,
        "parts": [np.arange(len(parts[TRAIN].y))],
        "notes": notes,
    }
    return described(Data.from_arrays(name, values[TRAIN], fields, **given), flip=flip)


def faults(argument: str, name: str, **_: Any) -> list[Fault]:
    """All faults of the files, except of the pixels; ``argument`` and ``name`` as of ``read``."""
    return faults_of(checked(argument, name, "folder"), name)


def _check_side(size: int) -> None:
    """Raises for a side that cuts into the centre, or whose middle is not that of the patches."""
    (size,) = checks.check_sizes(size=size)
    checks.check_number("size", size, LEAST, SIDE)
    if size % 2:
        told = "the middle of a patch lies between two pixels"
        raise ValueError(
            f"size={size} is odd, and {told}. Take {size - 1} or {size + 1}."
        )


def parts_of(root: Path) -> dict[str, Part]:
    """What is known of the patches of every split."""
    return {split: part_of(root, split) for split in SPELT}


def part_of(root: Path, split: str) -> Part:
    """What is known of the patches of a split, in the order of the file."""
    with opened(path_of(root, split, Y)) as file:
        y = file["y"][...].reshape(-1).astype("uint8")
    return Part(y, _facts(path_of(root, split, META)), np.arange(len(y)))


def _facts(path: Path) -> dict[str, Array]:
    """The slide of every patch, and whether it holds a tumour anywhere; nothing without a file."""
    if not path.exists():
        return {}
    words = Records.of(path, path.name).words
    anywhere = np.char.lower(words[ANYWHERE]) == "true"
    return {SUBJECT: words[SLIDE], ANYWHERE: anywhere}


def _some(name: str, part: Part, count: int | None) -> Part:
    """Some patches of a split, drawn at random; all without a count."""
    if count is None:
        return part
    if not FEWEST <= count <= len(part.y):
        most = f"{len(part.y)}], the training patches of {name}"
        raise ValueError(f"count={count} should lie in [{FEWEST}, {most}.")
    rows = np.random.default_rng(0).permutation(len(part.y))[:count]
    return Part(part.y[rows], at(part.facts, rows), rows)


def _values(root: str, split: str, part: Part, size: int, memory: int) -> Arrays:
    """The patches of a split in memory or mapped, and their labels."""
    side = size if size < SIDE else None
    images = ImageRows.of(path_of(root, split, X), side).read(part.rows, memory)
    return {"x": images, "y": part.y}
