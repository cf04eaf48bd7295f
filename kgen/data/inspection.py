"""What a folder of pictures, a .npz file or a table holds, and the options to train on it."""

import itertools
import math
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from kgen import fields
from kgen.checks import by, counted
from kgen.data.archive import Archive
from kgen.data.columns import HEAD as HEAD_OF_COLUMNS
from kgen.data.columns import (
    classes_of,
    columns_told,
    counts_of,
    lines_of,
    options_for,
    roles_of,
)
from kgen.data.delimited import Table
from kgen.data.expression.annotated import Annotated
from kgen.data.inspected import Inspection
from kgen.data.listing import EXPECTED, KNOWN, listed, notes_aside, told_instead
from kgen.data.official import TRAIN, split_folders
from kgen.data.pictures import FORMATS
from kgen.data.scans.inspection import file_column, scans_told
from kgen.decoding import reason
from kgen.names import picked
from kgen.types import Location

HEAD = (
    f"{'folder':28}{'pictures':>10}  {'smallest':12}{'largest':12}"
    "colours (sizes are height × width)"
)
NAMED = 3  # files in a message
SIDES = 8, 64  # pixels; the least and the greatest size that is suggested
TRANSPARENT, COLOURED = (
    ("RGBA", "LA", "PA"),
    ("RGB", "RGBA", "P", "PA", "CMYK", "YCbCr"),
)


def table_told(path: Location) -> Inspection:
    """One line per column of a table: what it holds, and what it is taken for."""
    table = Table.of(path, str(path))
    scans = file_column(table)
    found = scans_told(table, *scans) if scans else columns_told(table)
    return found._replace(told="\n".join([*table.notes, found.told]))


def annotated_told(path: Location) -> Inspection:
    """One line per obs column of an annotated matrix: what it holds, and what it is taken for."""
    matrix = Annotated.of(path, str(path))
    counts = counts_of(picked(matrix.known, matrix.words))
    likely = roles_of(counts, matrix.words, len(matrix.samples))
    roles = {
        name: role for name, role in likely.items() if role in ("label", "subject")
    }
    lines = lines_of(counts, roles, "fact")
    told = f"{counted(len(matrix.samples), 'sample')}, {counted(len(matrix.genes), 'gene')}"
    return Inspection(
        "\n".join([told, HEAD_OF_COLUMNS, *lines]),
        options_for(roles),
        {},
        classes_of(counts, roles),
        count=len(matrix.samples),
    )


def _line_of_array(head):
    name, shape, dtype = head
    return f"{name:28} {by(shape):>19}  {dtype}"


def arrays_told(path: Location) -> Inspection:
    """One line per array of a .npz file: its name, shape and type."""
    archive = Archive(path, str(path))
    heads = list(archive.heads())
    told = "\n".join(map(_line_of_array, heads))
    single = any(name == "y" and len(shape) == 1 for name, shape, _ in heads)
    y = archive["y"] if single else np.zeros(0)
    kind = fields.guess(y) if len(y) else None
    classes = Counter(y.tolist()) if kind == "label" else {}
    count = max((shape[0] for _, shape, _ in heads if shape), default=0)
    return Inspection(told, classes=classes, number=kind == "number", count=count)


def pictures_told(root: Location) -> Inspection:
    """One line per folder of pictures, and what lies beside them or cannot be read."""
    splits = split_folders(root, str(root))
    folders = []
    for split in splits.values():
        folders += listed(split).folders or [split]
    if not any(listed(folder).pictures for folder in folders):
        told = told_instead(listed(folders[0]), EXPECTED.format(root))
        raise ValueError(f"{root} holds no {KNOWN} pictures{told}")
    heads, broken = _heads(folders)
    lines = [_line(folder.relative_to(root), heads[folder]) for folder in folders]
    others = []
    for folder in sorted({*folders, Path(root)}):
        others += listed(folder).others
    told = "\n".join([HEAD, *lines, *notes_aside(others), *_broken(broken)])
    every = [*itertools.chain(*heads.values())]
    classes = {}
    for folder in listed(splits[TRAIN]).folders:
        classes[folder.name] = len(heads[folder])
    count = sum(classes.values()) or len(heads[splits[TRAIN]])
    return Inspection(told, _size(every), _channels(every), classes, count=count)


def _heads(folders):
    """The size and mode of every picture by folder, and unreadable files with the reason."""
    heads, broken = {}, {}
    for folder in folders:
        heads[folder] = []
        for path in listed(folder).pictures:
            try:
                with Image.open(path, formats=FORMATS) as picture:
                    heads[folder].append((picture.height, picture.width, picture.mode))
            except Exception as error:
                broken[path] = reason(error, path)
    return heads, broken


def _line(folder, heads):
    if not heads:
        return f"{folder!s:28} {0:>9}"
    heights, widths, modes = zip(*heads, strict=True)
    sizes = sorted(set(zip(heights, widths, strict=True)), key=math.prod)
    counts = Counter(modes).most_common()
    colours = ", ".join(f"{count} {mode}" for mode, count in counts)
    ends = f"{by(sizes[0]):12}{by(sizes[-1]):12}"
    return f"{folder!s:28} {len(heads):>9}  {ends}{colours}"


def _broken(broken):
    few = [f"{path.name} ({told})" for path, told in list(broken.items())[:NAMED]]
    return [f"{len(broken)} cannot be read: {', '.join(few)}"] if broken else []


def _size(heads):
    """The option that gives all pictures one size: the power of two below their median side."""
    sizes = [head[:2] for head in heads]
    if len(set(sizes)) == 1:
        return []
    side = np.median(list(map(min, sizes)))
    return [f"size={int(np.clip(2 ** int(np.log2(side)), *SIDES))}"]


def _channels(heads):
    """Options for pictures whose numbers of channels differ, or that may be transparent."""
    modes = [mode for _, _, mode in heads]
    transparent = int(np.isin(modes, TRANSPARENT).sum())
    coloured = int(np.isin(modes, COLOURED).sum())
    if transparent:
        return {
            "channels=3": f"{counted(transparent, 'picture')} may be transparent; "
            "this reads colours alone"
        }
    if 0 < coloured < len(heads):
        return {
            "channels=1": f"{coloured} of {counted(len(heads), 'picture')} in colour; "
            "this makes all grey"
        }
    return {}
