"""The kinds of fields: one file per kind, and one line here."""

import difflib
import importlib
from collections.abc import Sequence
from typing import Any

from kgen.fields.field import Field
from kgen.fields.grid import Grid, check_one_grid
from kgen.fields.numeric import Numeric
from kgen.types import Array, Shape

KINDS = {
    "image": "kgen.fields.image.Image",
    "volume": "kgen.fields.volume.Volume",
    "vector": "kgen.fields.vector.Vector",
    "curve": "kgen.fields.curve.Curve",
    "centreline": "kgen.fields.centreline.Centreline",
    "mask": "kgen.fields.mask.Mask",
    "label": "kgen.fields.label.Label",
    "partial-label": "kgen.fields.partial_label.PartialLabel",
    "number": "kgen.fields.number.Number",
}


def kind(name: str, of: str = "field") -> type[Any]:
    """The class of a kind of field by its name."""
    if name not in KINDS:
        near = difflib.get_close_matches(name, KINDS, n=3, cutoff=0.4)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(
            f"{of}={name!r} is no kind of field.{hint} Known: {', '.join(KINDS)}."
        )
    module, _, class_name = KINDS[name].rpartition(".")
    return getattr(importlib.import_module(module), class_name)


def make_known() -> None:
    """Imports every kind: Keras finds a saved field's class only once its module is imported."""
    for name in KINDS:
        kind(name)


def guess(values: Array) -> str:
    """The name of the most likely kind for arrays of this shape and type."""
    if values.ndim == 1:
        whole = values.dtype.kind in "iubUSO" or (values == values.round()).all()
        return "label" if whole else "number"
    if values.ndim == 3:
        return "curve" if values.shape[-1] < FEWEST_COLUMNS else "image"
    if values.ndim == 4:
        return "image" if values.shape[-1] in (1, 3, 4) else "volume"
    return {2: "vector", 5: "volume"}.get(values.ndim, "image")


def of_shape(shape: Shape, span: Sequence[float] = (0.0, 1.0)) -> Numeric:
    """The field of values that lie in ``span`` already, by the shape of one of them."""
    name = {1: "vector", 2: "curve", 3: "image", 4: "volume"}[len(shape)]
    return kind(name)(shape, low=span[0], high=span[1], span=span)


FEWEST_COLUMNS = 8  # of an image; fewer are the channels of a curve

_CLASSES = {path.rpartition(".")[2]: name for name, path in KINDS.items()}

__all__ = [
    "KINDS",
    "Field",
    "Grid",
    "Numeric",
    "check_one_grid",
    "guess",
    "kind",
    "make_known",
    "of_shape",
]


def __getattr__(name: str) -> Any:
    if name in _CLASSES:
        return kind(_CLASSES[name])
    raise AttributeError(f"module 'kgen.fields' has no attribute {name!r}")
