"""Reads values of fields from a file of no data set, and writes a model's results to another."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kgen.checks import few
from kgen.data.archive import Archive
from kgen.data.arteries.centrelines import resampled, whole
from kgen.data.delimited import Table
from kgen.data.expression.annotated import Annotated
from kgen.data.expression.transposed import Transposed
from kgen.data.listing import HDF5, KNOWN, SUFFIXES, pictures_below
from kgen.data.pictures import read_pictures
from kgen.decoding import decoding
from kgen.fields import Centreline, Field, Image, Label
from kgen.fields.centreline import VESSEL
from kgen.names import among, numbered, picked, renamed, without
from kgen.types import Array, Arrays, Location, Names

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WRITABLE = ".npz", ".csv", ".png"
TABLES, ANNOTATED = (".csv", ".tsv"), ".h5ad"
OF_FOLDERS = (
    " The class of a picture is the name of its folder: name it so, "
    "or store x and y in a .npz file."
)


class Rows(NamedTuple):
    """Values by field, and the files they were read from if each is a picture."""

    values: dict[str, Array]
    files: list[str] | None = None


def read_values(
    path: Location,
    fields: Mapping[str, Field],
    needed: Names,
    stored: Mapping[str, str] | None = None,
    transposed: bool = False,
    layer: str | None = None,
    **fitted: str | None,
) -> Rows:
    """The ``Rows`` of a file.

    Args:
        path: a .npz, .npy, .csv, .tsv or .h5ad file, a picture, or a folder of pictures, with or
            without subfolders; of centrelines also a folder of tables.
        fields: dict of ``kgen.fields.Field``.
        needed: names of the fields that the file must hold: of the values, and of labels, if any.
            A file of one array needs no name; the class of a picture is the name of its folder.
        stored: dict from a field's name to that of its array or column in the training file.
        transposed: bool, whether the rows of a table are the columns of the training.
        layer: of an .h5ad file, as in the training.
        **fitted: ``size`` and ``fit`` with which the training pictures were resized.
    """
    path = Path(path)
    wanted = picked(fields, needed)
    if not path.exists():
        raise FileNotFoundError(f"no file {str(path)!r} in {Path.cwd()}.")
    if not path.is_dir() and not path.is_file():
        raise ValueError(f"{path} is a pipe or a device, and no file.")
    if isinstance(wanted[needed[0]], Centreline) and (
        path.is_dir() or path.suffix in TABLES
    ):
        return _vessels(path, wanted)
    if path.is_dir() or path.suffix.lower() in SUFFIXES:
        return _pictures(path, wanted, fitted)
    opened = partial(_opened, path, transposed, layer)
    arrays = _arrays(path, wanted, stored or {}, opened)
    values = {}
    for name, field in wanted.items():
        values[name] = _stored(path, name, field, arrays[name])
    return Rows(values)


def check_writable(path: Path) -> None:
    """Raises for a file that values cannot be written to."""
    if path.suffix not in WRITABLE:
        raise ValueError(
            f"{path} should end in {', '.join(WRITABLE)}; pictures are of what can be drawn."
        )


def check_apart(source: Path, out: Path) -> None:
    """Raises where results would replace the values, or be read as values the next time."""
    whole, target = source.resolve(), out.resolve()
    inside = whole in target.parents and target.suffix in ("", ".png")
    if target == whole or inside:
        place = "within" if inside else "the same as"
        raise ValueError(
            f"{out} is {place} {source}, whose values are read. Choose another place."
        )


def write_values(
    path: Path,
    arrays: Arrays,
    columns: Mapping[str, Names | None],
    draw: Callable[[], "Figure"],
    files: Names | None = None,
    **names: Array | Names,
) -> None:
    """Writes arrays by name, one row per value, to a .npz, .csv or .png file.

    Args:
        path: of the file.
        arrays: dict of arrays.
        columns: dict from an array's name to the names of its columns in a table.
        draw: function that makes the figure of a .png file.
        files: the names of the pictures that the rows belong to, if any.
        **names: arrays of names that only a .npz file keeps, such as ``class_names``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npz":
        stored: Mapping[str, Any] = arrays
        told: dict[str, Any] = {**names, **({"files": files} if files else {})}
        np.savez_compressed(path, **stored, **told)
    elif path.suffix == ".csv":
        _write_table(
            path, {"file": np.array(files), **arrays} if files else arrays, columns
        )
    else:
        draw().savefig(path)


def _opened(path, transposed, layer):
    """The head of a table, or of a file that reads like one."""
    if path.suffix.lower() == ANNOTATED:
        return Annotated.of(path, str(path), layer)
    return Transposed.of(path, str(path)) if transposed else Table.of(path, str(path))


def _arrays(path, wanted, stored, opened):
    """Arrays by the names of fields; ``opened`` opens a table."""
    suffix = path.suffix.lower()
    if suffix in (*TABLES, ANNOTATED):
        return _table(path, wanted, stored, opened())
    if suffix == ".npz":
        return _named(path, Archive(path, str(path)), wanted, stored)
    if suffix == ".npy":
        with decoding(path, "a .npy file of one plain array"):
            x = np.load(path, allow_pickle=False, mmap_mode="r")[...]
        return _named(path, {"x": x}, wanted, stored)
    if suffix in HDF5:
        raise ValueError(
            f"{path} holds large images, and this takes tiles, which are cut out of these: "
            "tiles = kgen.data.tiles.grid.cut(image, SIZE); np.savez('tiles.npz', x=tiles)."
        )
    raise ValueError(
        f"{path} is no .npz, .npy, .csv, .tsv or .h5ad file, no {KNOWN} picture and no folder of "
        "pictures."
    )


def _named(path, arrays, wanted, stored):
    """The arrays of fields, each under its own name or its name in the training file."""
    if len(arrays) == len(wanted) == 1:
        return dict(zip(wanted, arrays.values(), strict=True))
    found = {}
    for name in wanted:
        known = among((stored.get(name), name), arrays)
        if not known:
            raise ValueError(_lacking(path, arrays, wanted, name))
        found[name] = known[0]
    return renamed(arrays, found)


def _lacking(path, arrays, wanted, name):
    return (
        f"{path} holds {', '.join(arrays) or 'nothing'}, and no {name}{_meaning(wanted[name])}. "
        f"{_both(wanted)}"
    )


def _both(wanted):
    given = ", ".join(f"{each}={each}" for each in wanted)
    return f"Store {' and '.join(wanted)} in one .npz file: np.savez(FILE, {given})."


def _table(path, wanted, stored, table):
    """The columns of the values, which the field may name (else all), and that of each label."""
    first, *labels = wanted
    _check_rank(path, "rows of numbers", wanted[first], 1)
    columns = {name: stored.get(name, name) for name in labels}
    for name, column in columns.items():
        if column not in table.columns:
            there = few(table.columns)
            raise ValueError(
                f"{path} has no column {column!r}{_meaning(wanted[name])}. Add it; there are "
                f"{there}."
            )
    numbers = wanted[first].columns or without(table.columns, columns.values())
    words = among(numbers, table.words)
    if words:
        raise ValueError(
            f"{path}: words stand where numbers should be, in {few(words)}. Leave such columns out."
        )
    values, texts = table.read(numbers, list(columns.values()))
    return {first: values, **renamed(texts, columns)}


def _pictures(path, wanted, fitted):
    """Pictures with as many channels as in training, resized in the same way."""
    files = pictures_below(path, str(path)) if path.is_dir() else [path]
    root = path if path.is_dir() else path.parent
    first, *labels = wanted
    _check_rank(path, "pictures", wanted[first], 3)
    channels = wanted[first].shape[-1] if isinstance(wanted[first], Image) else None
    classes = np.array([file.resolve().parent.name for file in files])
    found = {}
    for name in labels:
        found[name] = _stored(path, name, wanted[name], classes, OF_FOLDERS)
    pixels = read_pictures(files, str(path), channels=channels, **fitted)[0]
    names = [file.relative_to(root).as_posix() for file in files]
    return Rows({first: wanted[first].stored(pixels), **found}, names)


def _vessels(path, wanted):
    """Centrelines with as many points as in training, and their names."""
    (first, field), *labels = wanted.items()
    if labels:
        raise ValueError(
            f"{path} holds centrelines alone, and this model takes {labels[0][0]} too"
            f"{_meaning(labels[0][1])}. {_both(wanted)}"
        )
    vessels = whole(path, str(path), VESSEL)
    x = np.stack([resampled(points, field.points) for points in vessels.values()])
    return Rows({first: x.astype("float32")}, list(vessels))


def _check_rank(path, what, field, rank):
    if len(field.shape) != rank:
        raise ValueError(
            f"{path} holds {what}, and this model takes {field}. Give a file of these."
        )


def _stored(path, name, field, values, way=""):
    """Values as a data set keeps them; an error about wrong labels names the file."""
    try:
        stored = field.stored(values)
        if isinstance(field, Label):
            field.check(stored, name)
    except ValueError as error:
        raise ValueError(f"{path}: {error}{way}") from error
    if not len(stored):
        raise ValueError(f"{path} holds no values. Give a file with one row each.")
    return stored


def _meaning(field):
    """What a label means to a user, to follow the name of its array or column."""
    return (
        f", the class of each value ({few(field.class_names)})"
        if isinstance(field, Label)
        else ""
    )


def _write_table(path, arrays, columns):
    """Writes one row per value; several columns of one array are ``name_0``, … unless named."""
    import pyarrow.csv

    found = {}
    for name, values in arrays.items():
        if values.ndim > 2:
            raise ValueError(
                f"{name} of shape {values.shape} is no table: write "
                f"{path.with_suffix('.npz').name}."
            )
        if values.ndim == 1:
            found[name] = values
        else:
            usual = numbered(f"{name}_", range(values.shape[1]))
            found |= zip(columns.get(name) or usual, values.T, strict=True)
    pyarrow.csv.write_csv(pyarrow.table(found), path)
