"""Deletion and insertion: whether a map points at what the answer depends on."""

import keras
import numpy as np
from keras import ops
from scipy.stats import rankdata

from kgen import checks
from kgen.interpret.subject import Subject, Target
from kgen.metrics.checks import finite
from kgen.types import Array, Shape

STEPS = 20


def deletion(
    model: keras.Layer,
    x: Array,
    maps: Array,
    target: Target | None = None,
    baseline: float | Array | None = None,
    steps: int = STEPS,
    output: str | int | None = None,
) -> Array:
    """The answer while points are deleted, those with the highest map values first.

    Args:
        model, x, target, output: as in ``kgen.interpret.gradient``.
        maps: array (n, …), one number per point; channels, if any, are summed.
        baseline: what replaces a deleted point, as in ``kgen.interpret.occlusion``.
        steps: int ≥ 1, how often points are deleted, as many each time.

    Returns:
        float array (n, steps + 1): the probability of the class, or the number of a regressor, with
        none to all of the points deleted. Its mean along the last axis is the area under the curve:
        low for maps that find what the answer depends on.

    Raises:
        ValueError: if maps have other points than the values, or are not finite.

    Reference:
        Petsiuk, Das & Saenko, RISE: Randomized Input Sampling for Explanation, 2018,
        arXiv:1806.07421
    """
    subject = Subject(model, x, output)
    return _opened(subject, maps, target, baseline, steps, deleting=True)


def insertion(
    model: keras.Layer,
    x: Array,
    maps: Array,
    target: Target | None = None,
    baseline: float | Array | None = None,
    steps: int = STEPS,
    output: str | int | None = None,
) -> Array:
    """The answer while points are put into the baseline, the highest of the map first.

    Args, returns and reference are those of ``deletion``; here a large area is good.
    """
    subject = Subject(model, x, output)
    return _opened(subject, maps, target, baseline, steps, deleting=False)


def _opened(subject, maps, target, baseline, steps, deleting):
    """The curve of a model that is not yet opened."""
    with subject.opened() as opened:
        targets, start = opened.targets(target), opened.baseline(baseline)
        return curve(opened, maps, targets, start, steps, deleting)


def faithfulness(subject: Subject, maps: Array, targets: Array) -> float:
    """The area under the insertion curve minus that under the deletion curve; an opened model."""
    start = subject.baseline()
    put = curve(subject, maps, targets, start, STEPS, deleting=False)
    taken = curve(subject, maps, targets, start, STEPS, deleting=True)
    return float(put.mean() - taken.mean())


def curve(
    subject: Subject,
    maps: Array,
    targets: Array,
    baseline: Array,
    steps: int,
    deleting: bool,
) -> Array:
    """The insertion or the deletion curve of an opened model."""
    (steps,) = checks.check_sizes(steps=steps)
    ranks = ranked(maps, subject.x.shape)
    values, order = ops.convert_to_tensor(subject.x), ops.convert_to_tensor(ranks)

    def certain(places, shares, targets):
        shares = ops.reshape(shares, (-1, *[1] * (len(values.shape) - 1)))
        first = ops.take(order, places, axis=0) <= shares
        kept = ops.logical_not(first) if deleting else first
        return subject.certainties(
            ops.where(kept, ops.take(values, places, axis=0), baseline), targets
        )

    places = np.repeat(np.arange(len(targets), dtype="int32"), steps + 1)
    shares = np.tile(np.linspace(0.0, 1.0, steps + 1, dtype="float32"), len(targets))
    found = subject.in_batches(
        certain, places, shares, targets[places], what="Taking points away"
    )
    return found.reshape(len(targets), steps + 1)


def ranked(maps: Array, shape: Shape) -> Array:
    """The rank of every point in its map, the highest first, as a share in (0, 1], (n, …, 1)."""
    maps = np.asarray(maps)
    points = shape[:-1] if len(shape) > 2 else shape
    maps = maps.sum(axis=-1) if maps.ndim == len(shape) > 2 else maps
    if maps.shape != points:
        raise ValueError(
            f"maps have the shape {maps.shape}; x has {shape}. "
            f"Give one number for each of its points, {points}."
        )
    flat = -finite("maps", maps)
    order = rankdata(flat, "ordinal", axis=1) / flat.shape[1]
    order = order.reshape(maps.shape).astype("float32")
    return order[..., None] if len(shape) > 2 else order
