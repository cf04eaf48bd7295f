"""Samples of a run's model as a picture, as arrays or as a table."""

import math
from functools import partial
from pathlib import Path

import numpy as np

from kgen import plots, tasks
from kgen.data.files import write_values
from kgen.data.naming import stored_as
from kgen.data.npz import CLASS_NAMES
from kgen.runs.run import Run
from kgen.tasks.class_walk import STEPS, walk_panel
from kgen.tasks.mix_styles import mixing_panel
from kgen.types import Names


def generate(
    run: Run, label: str | int | None, count: int, seed: int, out: Path,
    size: int | None = None, truncation: float | None = None,
) -> None:  # fmt: skip
    """Writes ``count`` samples to a .png, .npz or .csv file.

    They are of the class ``label``, a name or a number, or of all classes in turn.
    With ``size``, points along each side, they are canvases of a model that paints. With
    ``truncation``, ψ in [0, 1], they are the more typical samples of a model that truncates.
    """
    model = run.model()
    tasks.check_able("generate", model, "generate")
    labels = model.labels_of(count, label)
    values, x = (
        _samples(model, count, label, seed, truncation)
        if size is None
        else _canvases(model, count, seed, size)
    )
    told, names = _told(run, model, labels, out)
    columns = math.ceil(math.sqrt(count))
    draw = partial(plots.gallery, values, columns=columns, field=x)
    rounded = x.rounded(values)
    is_table = out.suffix == ".csv"
    stored = x.tabled("x", rounded, told) if is_table else {"x": rounded, **told}
    write_values(out, stored, {"x": x.columns}, draw, **names)


def mix(
    run: Run,
    layer: int,
    count: int,
    seed: int,
    out: Path,
    truncation: float | None = None,
) -> int:
    """Draws a grid of mixed styles to a .png file, about ``count`` values; returns how many.

    The values of a row take the styles of the row's sample before number ``layer``, and those of
    their column's sample from there on.
    """
    model = run.model()
    tasks.check_able("mix-styles", model, "mix styles")
    side = math.isqrt(count)
    whole = 1.0 if truncation is None else truncation
    panel = mixing_panel(model, side, layer, seed, whole)
    out.parent.mkdir(parents=True, exist_ok=True)
    plots.stacked([panel], dpi=150).savefig(out)
    return side**2


def walk(run: Run, classes: Names, count: int, seed: int, out: Path) -> int:
    """Draws walks from class to class to a .png file, about ``count`` values; returns how many."""
    model = run.model()
    tasks.check_able("class-walk", model, "walk between classes")
    columns = (len(classes) - 1) * STEPS + 1
    rows = max(1, count // columns)
    out.parent.mkdir(parents=True, exist_ok=True)
    plots.stacked([walk_panel(model, classes, rows, seed)], dpi=150).savefig(out)
    return rows * columns


def _samples(model, count, label, seed, truncation):
    """Samples and their field."""
    x = model.fields["x"]
    if truncation is None:
        return model.generate(count, label, seed), x
    tasks.check_able("truncate", model, "truncate")
    return model.generate(count, label, seed, truncation=truncation), x


def _canvases(model, count, seed, size):
    """Values of other sides than those of the training, and their field."""
    tasks.check_able("paint", model, "paint canvases of other sizes")
    sides = [size] * (len(model.shape) - 1)
    shape = *sides, model.shape[-1]
    return model.canvas(*sides, n=count, seed=seed), model.fields["x"].replaced(
        shape=shape
    )


def _told(run, model, labels, out):
    """Labels of samples as the file stores them, and the class names beside them; empty if none."""
    if labels is None:
        return {}, {}
    y = model.fields["y"]
    if out.suffix == ".csv":  # in the format of the training's table
        return {
            stored_as(run.config.data, ["y"]).get("y", "y"): np.array(y.class_names)[
                labels
            ]
        }, {}
    return {"y": labels}, {CLASS_NAMES: y.names} if y.names else {}
