"""Occlusion: how far an answer falls where a part of the value is covered."""

import itertools

import keras
import numpy as np
from keras import ops

from kgen import checks
from kgen.interpret.subject import Subject, Target
from kgen.types import Array


def occlusion(
    model: keras.Layer,
    x: Array,
    target: Target | None = None,
    patch: int | tuple[int, ...] = 4,
    stride: int | tuple[int, ...] | None = None,
    baseline: float | Array | None = None,
    output: str | int | None = None,
) -> Array:
    """How far the answer falls when a patch is covered, averaged at every point over its patches.

    It takes one forward pass per patch, in pieces of bounded memory, and no gradient.

    Args:
        model, x, target, output: as in ``kgen.interpret.gradient``.
        patch: int or tuple of ints, sides of the covered patch in points.
        stride: int or tuple of ints, steps between patches; by default half the patch. The last
            patch of a side ends at its edge.
        baseline: what covers a patch: a number or an array of the shape of one value, in stored
            units. By default it is the mean of the training values where these are standardised,
            else the least value.

    Returns:
        float32 array (n, …) with the sides of the values, without channels: above 0 where the value
        speaks for the class.

    Raises:
        ValueError: if the patch is larger than the value, or the baseline lies outside the values.

    Reference:
        Zeiler & Fergus, Visualizing and Understanding Convolutional Networks, 2014, arXiv:1311.2901
    """
    with Subject(model, x, output).opened() as subject:
        sides = _sides("patch", patch, subject.grid)
        halves = tuple(max(1, side // 2) for side in sides)
        steps = _sides("stride", halves if stride is None else stride, subject.grid)
        cover, targets = subject.baseline(baseline), subject.targets(target)
        corners = _corners(subject.grid, sides, steps)
        falls = _falls(subject, corners, sides, cover, targets)
    return np.stack([_spread(fall, corners, sides, subject.grid) for fall in falls])


def _falls(subject, corners, sides, cover, targets):
    """How far each answer falls for each patch, (n, patches)."""
    values = ops.convert_to_tensor(subject.x)

    def scores(places, corners, targets):
        covered = _inside(corners, sides, subject.grid, len(values.shape))
        return subject.scores(
            ops.where(covered, cover, ops.take(values, places, axis=0)), targets
        )

    places = np.repeat(np.arange(len(targets), dtype="int32"), len(corners))
    arrays = places, np.tile(corners, (len(targets), 1)), targets[places]
    found = subject.in_batches(scores, *arrays, what="Covering patches")
    whole = np.take_along_axis(subject.answered, targets[:, None], axis=1)
    return whole - found.reshape(len(targets), len(corners))


def _inside(corners, sides, grid, axes):
    """Whether each point of a grid lies in the patch at each corner, (patches, …, 1); tensors."""
    inside = True
    for axis, (side, length) in enumerate(zip(sides, grid, strict=True)):
        offsets = ops.arange(length, dtype="int32")[None] - corners[:, axis : axis + 1]
        shape = [-1, *[1] * (axes - 1)]
        shape[axis + 1] = length
        inside = ops.logical_and(
            inside, ops.reshape((offsets >= 0) & (offsets < side), shape)
        )
    return inside


def _corners(grid, sides, steps):
    """The first points of all patches, int32 (patches, axes)."""
    lines = [
        sorted({*range(0, length - side + 1, step), length - side})
        for length, side, step in zip(grid, sides, steps, strict=True)
    ]
    return np.array(list(itertools.product(*lines)), "int32")


def _spread(falls, corners, sides, grid):
    """The mean at every point over the patches that cover it; 0 where none does."""
    total, count = np.zeros(grid), np.zeros(grid)
    for fall, corner in zip(falls, corners, strict=True):
        place = tuple(map(slice, corner, corner + sides))
        total[place] += fall
        count[place] += 1
    return (total / np.maximum(count, 1)).astype("float32")


def _sides(name, sizes, grid):
    """One whole number per axis of the grid; raises for a patch that is larger."""
    sizes = tuple(sizes) if isinstance(sizes, tuple | list) else (sizes,) * len(grid)
    for size in sizes:
        checks.check_sizes(**{name: size})
    if len(sizes) != len(grid) or (name == "patch" and any(np.greater(sizes, grid))):
        raise ValueError(
            f"{name}={sizes} does not fit values of {grid} points. "
            "Give smaller ones, one number an axis."
        )
    return tuple(map(int, sizes))
