"""Writes drawn patches as PatchCamelyon's files, and their truth beside them."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kgen import checks, console
from kgen.data.dividing import TEST, VALIDATION
from kgen.data.histology.layout import CLASSES, COLUMNS, META, SPELT, X, Y, path_of
from kgen.data.histology.patch import SIDE, Patch, colours
from kgen.data.histology.patches import Patches
from kgen.data.official import TRAIN
from kgen.types import Array, Location

# patches: of the training, of a slide, in a row of it
FEWEST, PER_SLIDE, ACROSS = 80, 20, 5
# the training has so many times more, as in PCam
PARTS = {TRAIN: 1, VALIDATION: 8, TEST: 8}
# slides: no slide is in two splits
FIRST = {TRAIN: 0, VALIDATION: 1_000_000, TEST: 2_000_000}
FOLDS, MOST = 5, 8_000_000
TRUTH, MEASURES = "truth.json", "truth.csv"


def write(folder: Location, patches: Patches, count: int) -> dict[str, Any]:
    """Writes patches in three splits, as many of each class; returns the truth.

    Args:
        folder: path of a folder without such files.
        patches: ``Patches``, from which they are drawn.
        count: int ≥ 80, of the training; an eighth as many for validation and for the test.

    Raises:
        ValueError: if there are too few patches.
        FileExistsError: if the folder holds such files already.
    """
    (count,) = checks.check_sizes(patches=count)
    checks.check_number("patches", count, FEWEST, MOST)
    folder = Path(folder)
    for split in SPELT:
        path = path_of(folder, split, X)
        if path.exists():
            raise FileExistsError(f"{path} exists already. Choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    found = [_split(folder, patches, split, count // PARTS[split]) for split in SPELT]
    _table(folder / MEASURES, ("split", "nuclei", "area"), _told(found))
    y, measures, shades = map(np.concatenate, zip(*found, strict=True))
    known = {
        "auroc_of_nuclei": _auroc(measures, y),
        "auroc_of_colours": _auroc(shades, y),
    }
    truth = {"effect": patches.effect, "seed": patches.seed, **known}
    (folder / TRUTH).write_text(json.dumps(truth) + "\n")
    return truth


def _auroc(features: Array, labels: Array) -> float:
    """Area under the ROC curve of a logistic regression of features (n, k), by 5 folds."""
    model = make_pipeline(StandardScaler(), LogisticRegression())
    found = cross_val_predict(model, features, labels, cv=FOLDS, method="predict_proba")
    return float(roc_auc_score(labels, found[:, 1]))


def _split(
    folder: Path, patches: Patches, split: str, count: int
) -> tuple[Array, Array, Array]:
    """Writes the files of a split; returns its labels, measures of nuclei and colours."""
    rows, measures, shades = [], [], []
    with h5py.File(path_of(folder, split, X), "w") as file:
        images = _empty(file, count)
        for number, patch in enumerate(_drawn(patches, split, count)):
            images[number] = patch.image
            rows.append(_row(number, split, patch))
            measures.append(patch.measures)
            shades.append(colours(patch.image[None])[0])
    _table(path_of(folder, split, META), ("", *COLUMNS), rows)
    return _labels(folder, split, count), np.array(measures), np.array(shades)


def _empty(file: h5py.File, count: int) -> h5py.Dataset:
    """The array x of a file; batches of random patches read a chunk a patch."""
    shape = SIDE, SIDE, 3
    return file.create_dataset("x", (count, *shape), "uint8", chunks=(1, *shape))


def _drawn(patches: Patches, split: str, count: int) -> Iterator[Patch]:
    """The patches of a split, of the two classes in turn, with a bar."""
    for number in console.over(range(count), f"Drawing patches of {SPELT[split]}"):
        slide, place = divmod(number, PER_SLIDE)
        yield patches.patch(FIRST[split] + slide, place, bool(number % 2))


def _labels(folder: Path, split: str, count: int) -> Array:
    """Writes the labels of a split in the shape of the original; returns them."""
    labels = np.arange(count) % len(CLASSES)
    with h5py.File(path_of(folder, split, Y), "w") as file:
        file["y"] = labels.astype("uint8").reshape(-1, 1, 1, 1)
    return labels


def _row(number: int, split: str, patch: Patch) -> list[Any]:
    """What meta.csv says of a patch: its row, its place, its tumour and its slide."""
    slide, place = divmod(number, PER_SLIDE)
    row, column = divmod(place, ACROSS)
    told = bool(patch.tumour.any()), bool(patch.label)
    return [
        number,
        SIDE * row,
        SIDE * column,
        *told,
        f"twin_{SPELT[split]}_{slide:04d}",
    ]


def _told(found: list[tuple[Array, Array, Array]]) -> Iterator[tuple[Any, ...]]:
    """The split of every patch, the nuclei in its centre and their mean area."""
    for split, (_, measures, _) in zip(SPELT.values(), found, strict=True):
        for nuclei, area in measures:
            yield split, int(nuclei), f"{area:.2f}"


def _table(path: Path, columns: tuple[str, ...], rows: Any) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
