"""What is true of a written population: how far its classes lie apart, how separable they are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import nibabel
import numpy as np

from kgen import console
from kgen.data.phantoms import truth
from kgen.data.phantoms.brain import Brain
from kgen.data.phantoms.brains import Brains
from kgen.data.phantoms.person import (
    CLASSES,
    INTENDED,
    LATENTS,
    TRUE,
    grey_levels,
    upright,
)
from kgen.names import without
from kgen.types import Array, Names

TUMOUR = 4  # its number in the maps of tissue
PAIRS = 100  # persons drawn with and without the disease


def found(
    rows: Sequence[Mapping[str, str]], brains: Brains, options: Mapping[str, Any]
) -> dict[str, Any]:
    """What ``truth.json`` holds: ceilings of the accuracy, class means and deviations, options."""
    names = [name for name in rows[0] if name.startswith(TRUE)]
    values, labels = numbers(rows, names), classes(rows)
    areas = numbers(rows, [*measured_columns(names), "age"])
    return {
        "options": options,
        "classes": list(CLASSES),
        "millimetres_per_pixel": brains.spacing,
        "accuracy_from_latents": truth.ceiling(brains.effect),
        "accuracy_from_areas": truth.ceiling_of_areas(areas, labels),
        "mean": _by_class(names, values, labels, np.mean),
        "deviation": _by_class(names, values, labels, np.std),
    }


def measured_columns(names: Iterable[str]) -> list[str]:
    """The columns of the truth that are measured in the image itself."""
    return without(names, INTENDED)


def numbers(rows: Sequence[Mapping[str, str]], names: Names) -> Array:
    """Columns as numbers (n, columns)."""
    columns = [_column(rows, name).astype("float64") for name in names]
    return np.stack(columns, axis=1)


def _column(rows, name):
    return np.array([row[name] for row in rows])


def classes(rows: Sequence[Mapping[str, str]]) -> Array:
    """The class of each row, a number."""
    return np.array([CLASSES.index(row["label"]) for row in rows], "int32")


def stacked(out: Path, rows: Sequence[Mapping[str, str]]) -> dict[str, Array]:
    """The arrays of ``brains.npz``: upright slices x, classes y, and who they show."""
    images = _slices(out, rows, "file")
    age = numbers(rows, ["age"])[:, 0].astype("float32")
    return {
        "x": images[..., None],
        "y": classes(rows),
        "age": age,
        "class_names": np.array(CLASSES),
        "subject": _column(rows, "subject"),
        "sex": _column(rows, "sex"),
        **_tumours(out, rows),
    }


def _slices(out, rows, column):
    """The upright slices (n, …) of the files of a column."""
    slices = []
    for row in rows:
        image = nibabel.load(out / row[column])
        slices.append(upright(np.asarray(image.dataobj)[..., 0]))
    return np.stack(slices)


def _tumours(out, rows):
    """Who has a tumour, and where it is, as anomalies; nothing of a population without tumours."""
    if "tumour" not in rows[0]:
        return {}
    masks = _slices(out, rows, "tissue") == TUMOUR
    return {"anomaly": masks.any(axis=(1, 2)).astype("uint8"), "anomaly_mask": masks}


def latents(rows: Sequence[Mapping[str, str]]) -> dict[str, Array]:
    """The latent variables of each person, (n, 3)."""
    return {
        "subject": _column(rows, "subject"),
        "latents": numbers(rows, LATENTS),
    }


def counterfactuals(draw: Callable[[int, int], Brain], count: int) -> dict[str, Array]:
    """Persons with and without the disease, upright (n, 2, …), and the mean change of each pixel.

    Args:
        draw: function of the number of a person and a label.
    """
    pairs = []
    for number in console.over(range(min(count, PAIRS)), "Drawing pairs"):
        pair = []
        for label in range(len(CLASSES)):
            pair.append(upright(grey_levels(draw(number, label).image)))
        pairs.append(pair)
    both = np.array(pairs)
    change = both[:, 1].astype("float32") - both[:, 0]
    return {"counterfactual": both, "mean_change": change.mean(axis=0)}


def _by_class(names, values, labels, statistic):
    found = {}
    for number, name in enumerate(CLASSES):
        numbers = np.round(statistic(values[labels == number], axis=0), 3)
        found[name] = dict(zip(names, numbers.tolist(), strict=True))
    return found
