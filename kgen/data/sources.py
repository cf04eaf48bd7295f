"""Every data set by the name that the command line takes: ``digits``, ``mnist``, or ``KIND:ARGUMENT``."""

import difflib
import importlib
from typing import NamedTuple


class Source(NamedTuple):
    """A loader and what it takes, known without importing it."""

    module: str
    argument: str
    summary: str
    options: dict = {}  # with their defaults


TILES = {
    "tile_size": 64, "test_group": None, "sampling": "location", "memory": "2GB", "steps_per_epoch": None,
    "augment": [], "subset": None, "skip": [], "skip_small": False,
}  # fmt: skip
SOURCES = {
    "digits": Source("digits", "", "1,797 scanned digits, 8×8 grey, inside scikit-learn: nothing to download"),
    "mnist": Source("tfds", "", "70,000 handwritten digits, 28×28 grey, from tensorflow-datasets"),
    "sprites": Source("sprites", "", "24,576 shapes, 64×64 grey, drawn from known factors: nothing to download"),
    "tfds": Source("tfds", "NAME", "any image-classification set of tensorflow-datasets, e.g. tfds:fashion_mnist"),
    "npz": Source("npz", "FILE", "arrays x (n, height, width[, channels]) and y (n,); x_test, y_test if present"),
    "folder": Source("folder", "DIR", "one folder of PNG or JPEG images a class; all of one size"),
    "hdf5": Source("tiles.tile_data", "FILE", "tiles out of large grey images: groups (brains) of images", TILES),
}


def load(dataset, **options):
    """The data behind a name, such as ``digits``, ``tfds:kmnist``, ``npz:cells.npz`` or ``hdf5:sections.h5``.

    ``options`` are those of ``TileData`` and ``TileSource``, for ``hdf5:FILE`` alone; the others give ``ImageData``.

    Raises:
        ValueError: if there is no such source, its argument is missing, or its images or labels cannot be used.
        FileNotFoundError: if the data cannot be had; the message names where it was looked for and the ways out.
    """
    kind, _, argument = dataset.partition(":")
    if kind not in SOURCES:
        near = difflib.get_close_matches(kind, SOURCES, n=3, cutoff=0.4)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise ValueError(f"Unknown data set {dataset!r}. {hint}Known: {', '.join(map(spelling, SOURCES))}.")
    source = SOURCES[kind]
    if bool(argument) != bool(source.argument):
        raise ValueError(f"Data set {dataset!r} should read {spelling(kind)}.")
    unknown = [name for name in options if name not in source.options]
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: the data set {dataset!r} takes {', '.join(source.options) or 'none'}.")
    read = importlib.import_module(f"kgen.data.{source.module}").read
    return read(argument or kind, dataset, **{**source.options, **options})


def spelling(kind):
    """How a source is written on the command line."""
    argument = SOURCES[kind].argument
    return f"{kind}:{argument}" if argument else kind
