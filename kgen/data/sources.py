"""Every data set by its name on the command line: ``digits``, ``mnist``, or ``KIND:ARGUMENT``."""

import difflib
import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kgen.checks import hint
from kgen.data.faults import Fault, Faulty, check_none
from kgen.data.listing import file_names
from kgen.data.options import defaults_of, parsed

if TYPE_CHECKING:
    from kgen.data.data import Data
    from kgen.data.tiles.tile_data import TileData


class Source(NamedTuple):
    """A loader that is known without importing it; its ``read`` declares its options."""

    module: str
    argument: str
    summary: str


SOURCES = {
    "digits": Source(
        "kgen.data.digits", "", "1,797 scanned digits, 8×8 grey: nothing to download"
    ),
    "mnist": Source(
        "kgen.data.tfds",
        "",
        "70,000 handwritten digits, 28×28 grey, from tensorflow-datasets",
    ),
    "sprites": Source(
        "kgen.data.sprites", "", "24,576 shapes, 64×64 grey, drawn from known factors"
    ),
    "balls": Source(
        "kgen.data.balls",
        "",
        "volumes of one ball each, with its radius as y: drawn anew",
    ),
    "textures": Source(
        "kgen.data.textures",
        "",
        "patches of photographs of brick, grass and gravel, 32×32 grey",
    ),
    "normal": Source("kgen.data.toys", "", "numbers from N(4, 1.25²): drawn anew"),
    "ring": Source(
        "kgen.data.toys",
        "",
        "pairs of numbers from eight narrow Gaussians on a ring: drawn anew",
    ),
    "grid": Source(
        "kgen.data.toys",
        "",
        "pairs of numbers from 25 narrow Gaussians on a grid: drawn anew",
    ),
    "tfds": Source(
        "kgen.data.tfds", "NAME", "an image-classification set of tensorflow-datasets"
    ),
    "npz": Source(
        "kgen.data.npz",
        "FILE",
        "arrays by the names of their fields, x and y; x_test, y_test if present",
    ),
    "csv": Source(
        "kgen.data.table",
        "FILE",
        "a table of numbers, one row per value; label=COLUMN, number=COLUMN",
    ),
    "tsv": Source("kgen.data.table", "FILE", "the same with tabs between the columns"),
    "h5ad": Source(
        "kgen.data.expression.h5ad",
        "FILE",
        "an annotated matrix of anndata; label=COLUMN of obs, layer=raw",
    ),
    "folder": Source(
        "kgen.data.folder",
        "DIR",
        "PNG, JPEG, BMP or TIFF, one folder per class or all in one; size=64",
    ),
    "pairs": Source(
        "kgen.data.pairs",
        "DIR",
        "two folders of images with the same file names: fields x and y",
    ),
    "unpaired": Source(
        "kgen.data.domains",
        "DIR",
        "two folders of images of two domains: fields a and b",
    ),
    "stack": Source(
        "kgen.data.stack",
        "FILE.h5",
        "images x, one per row, of an HDF5 file, with y and subject",
    ),
    "pcam": Source(
        "kgen.data.histology.source",
        "DIR",
        "PatchCamelyon's files: patches of lymph nodes, 96×96 in colour; size=64",
    ),
    "centrelines": Source(
        "kgen.data.arteries.source",
        "PATH",
        "vessels: a folder of tables of x, y, z and radius, or one table; table=FILE",
    ),
    "nifti": Source(
        "kgen.data.scans.source",
        "TABLE.csv",
        "slices or volumes of the NIfTI files that a table names",
    ),
    "dicom": Source(
        "kgen.data.scans.source",
        "TABLE.csv",
        "the same for DICOM series, one folder each",
    ),
    "perturbation": Source(
        "kgen.data.drugs.source",
        "TABLE",
        "vectors before and after a drug: after=FILE, response=FILE",
    ),
    "hdf5": Source(
        "kgen.data.tiles.tile_data",
        "FILE",
        "tiles of large grey images: groups (brains) of images",
    ),
}

# The source that reads files of each suffix.
SUFFIXES = {
    ".npz": "npz",
    ".csv": "csv",
    ".tsv": "tsv",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".h5ad": "h5ad",
}


def load(dataset: str, **options: Any) -> "Data | TileData":
    """The data of a name, such as ``digits``, ``tfds:kmnist`` or ``npz:cells.npz``.

    ``options`` are those that the source's ``read`` takes: ``kgen datasets NAME`` lists them.

    Raises:
        ValueError: if there is no such source, its argument is missing, or its values cannot be
            used.
        FileNotFoundError: if the data are not there; the message says where they were looked for
            and what to do.
    """
    kind, argument = _named(dataset)
    read = reader(kind)
    return read(argument or kind, dataset, **parsed(read, dataset, options))


def check(dataset: str, **options: Any) -> None:
    """Checks the files of the data behind a name, before a training reads them.

    Raises:
        ValueError: with the first faults and their count, if there are any;
            ``kgen.data.faults`` lists them all.
    """
    check_none(dataset, _listed(dataset, options))


def faults(dataset: str, **options: Any) -> list[Fault]:
    """Every ``Fault`` of a data set; if it can be trained on, also the notes of its loading."""
    found = []
    try:
        found = _listed(dataset, options)
        check_none(dataset, found)
        notes = load(dataset, **options).notes
        return found + [Fault(dataset, note.rstrip("."), fatal=False) for note in notes]
    except Faulty as error:
        return error.faults
    except (ValueError, OSError) as error:
        return [
            *found,
            Fault(dataset, str(error).removeprefix(f"{dataset}: ").rstrip(".")),
        ]


def _listed(dataset, options):
    """The faults that a source's module lists without reading values as a training does.

    The module may offer ``faults`` with the parameters of its ``read``. Faults that it does not
    list are raised by ``read``.
    """
    kind, argument = _named(dataset)
    module = importlib.import_module(SOURCES[kind].module)
    given = {**defaults_of(module.read), **parsed(module.read, dataset, options)}
    listed = getattr(module, "faults", None)
    return listed(argument or kind, dataset, **given) if listed else []


def parsed_options(dataset: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a data set, texts or values, as its source takes them."""
    return parsed(reader(_named(dataset)[0]), dataset, options)


def options_in_use(dataset: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Every option of a data set: the given values, and defaults for the others."""
    return {**defaults_of(reader(_named(dataset)[0])), **options}


def reader(kind: str) -> Callable[..., "Data | TileData"]:
    """The function that reads a kind of source."""
    return importlib.import_module(SOURCES[kind].module).read


def named_or_bare(text: str) -> tuple[str, str]:
    """The source and path in a data set's name or of a bare path; HDF5 if neither tells."""
    if (":" in text or text in SOURCES) and not Path(text).exists():
        return _named(text)
    source = _source_of(text)
    if source is None and not Path(text).exists():
        meant = hint(Path(text).name, file_names(Path(text).parent.glob("*")))
        raise FileNotFoundError(f"No file or folder {text!r} in {Path.cwd()}.{meant}")
    return source or "hdf5", text


def spelling(kind: str) -> str:
    """How a source is written on the command line."""
    argument = SOURCES[kind].argument
    return f"{kind}:{argument}" if argument else kind


def _named(dataset):
    kind, _, argument = dataset.partition(":")
    if kind not in SOURCES:
        known = ", ".join(map(spelling, SOURCES))
        raise ValueError(
            f"Unknown data set {dataset!r}. {_meant(dataset, kind)}Known: {known}."
        )
    if bool(argument) != bool(SOURCES[kind].argument):
        raise ValueError(f"Data set {dataset!r} should read {spelling(kind)}.")
    other = _source_of(argument)
    if SOURCES[kind].argument in ("FILE", "DIR") and other not in (
        None,
        "folder",
        kind,
    ):
        raise ValueError(f"Data set {dataset!r}: this is read as {other}:{argument}.")
    return kind, argument


def _source_of(path):
    """The source that reads a path: folders by what they hold, files by suffix; else ``None``."""
    if Path(path).is_dir():
        from kgen.data.histology import (
            layout,
        )  # needs Keras, which lists of sources do without

        return "pcam" if layout.is_there(path) else "folder"
    return SUFFIXES.get(Path(path).suffix.lower())


def _meant(dataset, kind):
    """Suggests the data sets that a mistaken name, or a path without a source, may mean."""
    argument = dataset.partition(":")[2]
    near = difflib.get_close_matches(kind.lower(), SOURCES, n=3, cutoff=0.4)
    if Path(dataset).exists() or not argument:
        source = _source_of(dataset)
        meant = [f"{source}:{dataset}"] if source else near
    else:
        source = _source_of(argument)
        fitting = []
        for name in near:
            if SOURCES[name].argument and source in (None, "folder", name):
                fitting.append(name)
        meant = [f"{name}:{argument}" for name in fitting or filter(None, [source])]
    return f"Did you mean {' or '.join(meant)}? " if meant else ""
