"""Values of fields read from a file that belongs to no data set, and what a model made of them written to another."""

from pathlib import Path

import numpy as np

from kgen.data.archive import Archive
from kgen.data.listing import SUFFIXES, pictures_in
from kgen.data.pictures import read_pictures
from kgen.decoding import decoding
from kgen.fields import Image, Vector

NAMED = 5  # columns in a message
WRITABLE = ".npz", ".csv", ".png"


def read_values(path, fields, needed, allowed=(), **fitted):
    """The values of some fields, by name.

    Args:
        path: a .npz, .npy, .csv or .tsv file, a picture, or a folder of pictures.
        fields: dict of ``kgen.fields.Field``.
        needed: names of the fields that the file has to hold; a file of one array needs no name.
        allowed: names of those that it may hold besides.
        **fitted: ``size`` and ``fit`` that pictures were brought to their size with for the training.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"no file {str(path)!r} in {Path.cwd()}.")
    arrays = _arrays(path, fields, fitted)
    if len(arrays) == len(needed) == 1:
        arrays = {needed[0]: arrays[next(iter(arrays))]}
    missing = [name for name in needed if name not in arrays]
    if missing:
        raise ValueError(f"{path} holds {', '.join(arrays)}, and no {' or '.join(missing)}; name its arrays so.")
    names = [name for name in (*needed, *allowed) if name in arrays and name in fields]
    return {name: fields[name].stored(arrays[name]) for name in names}


def check_writable(path):
    """Raises for a file that values cannot be written to."""
    if path.suffix not in WRITABLE:
        raise ValueError(f"{path} should end in {', '.join(WRITABLE)}; pictures are of what can be drawn.")


def write_values(path, arrays, draw):
    """Arrays by name to a .npz or .csv file; ``draw`` makes the figure of a .png file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npz":
        np.savez_compressed(path, **arrays)
    elif path.suffix == ".csv":
        _write_table(path, arrays)
    else:
        draw(arrays).savefig(path)


def _arrays(path, fields, fitted):
    if path.is_dir():
        return _pictures(pictures_in(path, str(path)), path, fields, fitted)
    if not path.is_file():
        raise ValueError(f"{path} is a pipe or a device, and no file.")
    if path.suffix == ".npz":
        return Archive(path, str(path))
    if path.suffix == ".npy":
        with decoding(path, "a .npy file of one plain array"):
            return {"x": np.load(path, allow_pickle=False, mmap_mode="r")[...]}
    if path.suffix in (".csv", ".tsv"):
        return _table(path, fields)
    if path.suffix.lower() in SUFFIXES:
        return _pictures([path], path, fields, fitted)
    raise ValueError(f"{path} is no .npz, .npy, .csv or .tsv file, no picture and no folder of pictures.")


def _pictures(files, path, fields, fitted):
    """Pictures with as many channels as those of the training, brought to their size as these were."""
    channels = {field.shape[-1] for field in fields.values() if isinstance(field, Image)}
    return {"x": read_pictures(files, str(path), channels=min(channels, default=None), **fitted)[0]}


def _table(path, fields):
    """The columns of x by the names that its field knows, else all; other fields are columns of their names."""
    import pyarrow.csv

    options = pyarrow.csv.ParseOptions(delimiter="\t" if path.suffix == ".tsv" else ",")
    with decoding(path, "a table"):
        table = pyarrow.csv.read_csv(path, parse_options=options)
    others = [name for name in fields if name != "x" and name in table.column_names]
    x = fields.get("x")
    known = x.names if isinstance(x, Vector) else None
    columns = known or [name for name in table.column_names if name not in others]
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        raise ValueError(f"{path} lacks {len(missing)} columns of the training, such as {missing[0]!r}.")
    _check_numbers(path, table.select(columns))
    x = np.stack([table[name].to_numpy() for name in columns], axis=1)
    return {"x": x, **{name: table[name].to_numpy() for name in others}}


def _check_numbers(path, table):
    """Raises for columns that hold no numbers."""
    import pyarrow.types

    kinds = pyarrow.types.is_integer, pyarrow.types.is_floating, pyarrow.types.is_boolean
    words = [column.name for column in table.schema if not any(is_kind(column.type) for is_kind in kinds)]
    if words:
        raise ValueError(f"{path}: {', '.join(map(repr, words[:NAMED]))} hold words where x takes numbers.")


def _write_table(path, arrays):
    """One row a value: a column of its own name for single numbers, ``name_0``, ``name_1`` for several."""
    import pyarrow.csv

    columns = {}
    for name, values in arrays.items():
        if values.ndim > 2:
            raise ValueError(f"{name} of shape {values.shape} is no table: write {path.with_suffix('.npz').name}.")
        if values.ndim == 1:
            columns[name] = values
        else:
            columns |= {f"{name}_{number}": column for number, column in enumerate(values.T)}
    pyarrow.csv.write_csv(pyarrow.table(columns), path)
