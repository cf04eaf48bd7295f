"""A verb applied to the whole images of an HDF5 file: a map of each, and a table."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import matplotlib
import numpy as np

from kgen import console, plots
from kgen.data.phantoms.rows import append_row
from kgen.data.tiles import opening, pixels
from kgen.data.tiles.layout import Section, sections_of
from kgen.plots.figures import Figure
from kgen.runs.run import Run
from kgen.types import Array
from kgen.verbs.verb import Verb

TABLE, MAPS, PICTURE = "sections.csv", "maps.h5", "sections.png"
SHOWN, MOST_DRAWN = 4, 500  # images with the largest shares; pixels per side
TINY = 1e-12  # the least that grey levels are divided by


def apply_to_sections(
    verb: Verb, run: Run, source: Path, out: Path, **options: Any
) -> int:
    """Applies a verb of the run's model to every image of ``source``; returns their number.

    Args:
        verb: ``kgen.verbs.verb.Verb``.
        run: ``kgen.runs.run.Run``, trained on tiles.
        source: path of an HDF5 file of GROUP/IMAGE.
        out: path of a new folder for the table, the maps and a picture.
        **options: those of the verb.

    Raises:
        ValueError: if the model is not of tiles, or the file has another layout.
        FileExistsError: if ``out`` is there already.
    """
    model = run.model()
    verb.check(model)
    _check_tiles(verb, model)
    if out.suffix or out.exists():
        raise FileExistsError(
            f"{out} should be a new folder, for {TABLE}, {MAPS} and {PICTURE}."
        )
    sections = sections_of(source)
    options = verb.completed(run, model, **options)
    out.mkdir(parents=True)
    of_section = partial(verb.of_section, model, **options)
    _drawn(source, out, _written(source, out, sections, of_section)).savefig(
        out / PICTURE
    )
    return len(sections)


def _written(source, out, sections, of_section):
    """The rows of the table by section, after the table and the maps are written."""
    rows = {}
    with opening.opened(source) as file, h5py.File(out / MAPS, "w") as maps:
        for section in console.over(sections, "Images"):
            image = pixels.read(file[section.path], section.dtype)
            maps[section.path], rows[section] = of_section(image)
            append_row(out / TABLE, {"image": section.path, **rows[section]})
    return rows


def _check_tiles(verb, model):
    shape, name = model.fields["x"].shape, type(verb).__name__.lower()
    if not verb.maps_sections:
        raise ValueError(
            f"{name} makes no maps of an HDF5 file. Give it tiles as pictures or in a .npz file: "
            "np.savez('tiles.npz', x=tiles)."
        )
    if len(shape) != 3 or shape[0] != shape[1] or shape[-1] != 1:
        raise ValueError(
            f"x is {model.fields['x']}: an HDF5 file is for a model of tiles, of one channel and "
            "equal sides. Give values like those of the training."
        )


def _drawn(
    source: Path, out: Path, rows: Mapping[Section, Mapping[str, Any]]
) -> Figure:
    """The images of which most is anomalous, above their maps."""
    first = sorted(rows, key=lambda section: -rows[section]["share"])[:SHOWN]
    with opening.opened(source) as file, h5py.File(out / MAPS) as maps:
        images = [_small(file[section.path]) for section in first]
        found = [_small(maps[section.path]) for section in first]
    most = max(TINY, *(float(values.max()) for values in found))
    grey = [np.repeat(_unit(image)[..., None], 3, axis=2) for image in images]
    coloured = [
        matplotlib.colormaps["inferno"](values / most)[..., :3] for values in found
    ]
    titles = [f"{section.path}: {rows[section]['share']:.0%}" for section in first]
    names = [*titles, *["difference"] * len(first)]
    return plots.image_viewer([*grey, *coloured], names, len(first))


def _small(dataset: h5py.Dataset) -> Array:
    """Every so many pixels of an image (height, width)."""
    step = -(-max(dataset.shape[:2]) // MOST_DRAWN)
    values = np.asarray(dataset[::step, ::step], "float32")
    return values.reshape(values.shape[:2])


def _unit(image: Array) -> Array:
    """Grey levels from 0 to 1; an image of one value is black."""
    low, high = image.min(), image.max()
    return (image - low) / max(high - low, TINY)
