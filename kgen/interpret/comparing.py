"""The maps of several methods beside each other."""

import contextlib
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from kgen import plots
from kgen.interpret.class_activation import grad_cam, guided_grad_cam
from kgen.interpret.features import has_grid
from kgen.interpret.gradients import gradient, integrated_gradients
from kgen.interpret.occlusion import occlusion
from kgen.interpret.rules import guided_backprop
from kgen.interpret.subject import Subject, Target
from kgen.plots.figures import Figure
from kgen.types import Array, Arrays, Location

PARTS = 6  # patches of occlusion along the shorter side
OF_GRIDS: dict[str, Callable[..., Array]] = {
    "guided backprop": guided_backprop, "Grad-CAM": grad_cam, "guided Grad-CAM": guided_grad_cam,
}  # fmt: skip
OF_ALL: dict[str, Callable[..., Array]] = {
    "gradient": gradient,
    "integrated gradients": integrated_gradients,
}


def comparison(
    model: keras.Model,
    image: Array,
    classes: Sequence[int | str] | None = None,
    layer: keras.Layer | str | None = None,
    patch: int | tuple[int, ...] | None = None,
    output: str | int | None = None,
    path: Location | None = None,
) -> Figure:
    """The figure of the course: an image and its maps by several methods, one row per class.

    The methods are guided backprop, Grad-CAM, guided Grad-CAM and occlusion.

    Args:
        model: a Keras model with one input, or a model of kgen's that explains.
        image: array, one value without the axis of examples, in stored units.
        classes: list of classes, by number or name; by default the most likely one. For a picture
            of two classes, such as two digits on one canvas, give both.
        layer: of Grad-CAM, as in ``kgen.interpret.grad_cam``.
        patch: int, of occlusion; by default a sixth of the shorter side.
        output: name or number of the explained output, of a network with several.
        path: file that the figure is saved to.

    Returns:
        a matplotlib figure. A network without features on a grid, such as a dense one, is explained
        by its gradient, integrated gradients and occlusion.

    Example:
        >>> figure = comparison(model, canvas, classes=[3, 7], path="two_digits.png")
    """
    rows = 1 if classes is None else len(classes)
    return compared(
        model,
        np.repeat(np.asarray(image)[None], rows, axis=0),
        classes,
        layer,
        patch,
        output,
        path,
    )


def compared(
    model: keras.Model,
    x: Array,
    target: Target | None = None,
    layer: keras.Layer | str | None = None,
    patch: int | tuple[int, ...] | None = None,
    output: str | int | None = None,
    path: Location | None = None,
) -> Figure:
    """The same figure for several values, one row each, each explained for one answer."""
    with Subject(model, x, output).opened() as subject:
        targets = subject.targets(target)
        names, values = subject.told(targets), subject.shades()
    with _silent():
        maps = maps_of(model, x, targets, layer, patch, output)
    return plots.explanations(values, maps, names, path=path)


def maps_of(
    model: keras.Model,
    x: Array,
    target: Target | None = None,
    layer: keras.Layer | str | None = None,
    patch: int | tuple[int, ...] | None = None,
    output: str | int | None = None,
) -> dict[str, Array]:
    """The maps of the figure, (n, …), by the name of their method."""
    with Subject(model, x, output).opened() as subject:
        known = has_grid(subject)
    told: dict[str, Any] = {"target": target, "output": output}
    found = {}
    with _silent():
        for name, method in (OF_GRIDS if known else OF_ALL).items():
            of_layer = {"layer": layer} if "CAM" in name else {}
            found[name] = method(model, x, **told, **of_layer)
        return {**found, "occlusion": covered(model, x, patch=patch, **told)}


def mean_map(model: keras.Model, x: Array, path: Location | None = None) -> Figure:
    """The figure of where a network looks on average: mean maps over the mean of aligned values.

    Args:
        model: a Keras model with one input, or a model of kgen's that explains.
        x: array of stored values, registered to each other, such as brains.
        path: file that the figure is saved to.

    Returns:
        a matplotlib figure: Grad-CAM, and the gradient without its sign; for volumes, the planes
        through their highest points.
    """
    with Subject(model, x).opened() as subject:
        mean = subject.shades().mean(axis=0)[None]
    with _silent():
        maps: Arrays = {
            "Grad-CAM": grad_cam(model, x),
            "strength of the gradient": np.abs(gradient(model, x)).sum(axis=-1),
        }
    averaged = {name: each.mean(axis=0)[None] for name, each in maps.items()}
    return plots.explanations(mean, averaged, [f"mean of {len(x)}"], path=path)


@contextlib.contextmanager
def _silent():
    """Silences the warning about a left-out softmax, which was given once already."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def covered(
    model: keras.Model,
    x: Array,
    target: Target | None = None,
    patch: int | tuple[int, ...] | None = None,
    output: str | int | None = None,
) -> Array:
    """Occlusion by patches, by default of a sixth of the shorter side; no overlap in volumes."""
    sides = np.shape(x)[1:-1] or np.shape(x)[1:]
    if patch is None:
        patch = max(1 + (min(sides) > PARTS), min(sides) // PARTS)
    stride = patch if len(sides) > 2 else None
    return occlusion(model, x, target, patch, stride, output=output)
