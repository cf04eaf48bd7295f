"""Layers by name, however deep in nested models, and layers with features on the values' grid."""

import math
from itertools import dropwhile
from typing import NamedTuple

import keras

from kgen.checks import check_known
from kgen.interpret.interception import is_leaf, leading
from kgen.interpret.subject import Subject


class Features(NamedTuple):
    """An operation that a forward pass calls once, and the shape of its output for one value."""

    operation: keras.Operation
    shape: tuple


def layer_of(subject: Subject, layer: keras.Layer | str | None = None) -> Features:
    """The features of a layer or layer name, by default the last on a grid; raises without any."""
    if layer is None:
        return on_grid(subject)[-1]
    _, found = subject.pass_noted()
    name = layer if isinstance(layer, str) else layer.name
    check_known(
        "layer", name, list(dict.fromkeys(call.operation.name for call in found))
    )
    meant = [
        call
        for call in found
        if call.operation is layer or call.operation.name == layer
    ]
    if len(meant) != 1:
        many = len({id(call.operation) for call in meant}) > 1
        raise ValueError(
            f"layer={name!r} stands for {len(meant)} layers: give the layer itself." if many
            else f"layer={name!r} is called {len(meant)} times in a pass; "
            "the features of a layer that is called once are explained."
        )  # fmt: skip
    if not _is_grid(meant[0], subject):
        raise ValueError(
            f"layer={name!r} puts out {_told(meant[0].outputs)}, "
            "no features on the grid of the values. "
            f"Take one of {', '.join(each.operation.name for each in on_grid(subject))}."
        )
    return Features(meant[0].operation, tuple(meant[0].outputs.shape))


def on_grid(subject: Subject) -> list[Features]:
    """All layers after the first weights with features on a grid; raises where there are none."""
    chosen = _on_grid(subject)
    if not chosen:
        raise ValueError(
            f"{subject.model.name!r} has no features on a grid, such as convolutions make, "
            "of which class activation maps are put together. "
            "Of any network there are gradient, integrated_gradients and occlusion."
        )
    return [Features(call.operation, tuple(call.outputs.shape)) for call in chosen]


def has_grid(subject: Subject) -> bool:
    """Whether any layer has features on a grid."""
    return bool(_on_grid(subject))


def _on_grid(subject):
    found = leading(*subject.pass_noted())
    grids = [
        call for call in found if is_leaf(call.operation) and _is_grid(call, subject)
    ]
    # Layers before the first weights do not depend on what was learned.
    return list(dropwhile(lambda call: not _has_weights(call.operation), grids))


def _is_grid(call, subject):
    shape = _shape(call.outputs)
    return (
        shape is not None
        and 2 < len(shape) == subject.x.ndim
        and math.prod(shape[1:-1]) > 1
    )


def _has_weights(operation):
    return isinstance(operation, keras.layers.Layer) and bool(operation.weights)


def _shape(outputs):
    return None if isinstance(outputs, list | tuple | dict) else tuple(outputs.shape)


def _told(outputs):
    shape = _shape(outputs)
    return "several tensors" if shape is None else f"the shape {(None, *shape[1:])}"
