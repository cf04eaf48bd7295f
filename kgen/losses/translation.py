"""Distances between values of the same shape, and losses averaged over patches."""

from collections.abc import Callable

from keras import ops

from kgen.types import Tensor


def absolute_difference(values: Tensor, others: Tensor) -> Tensor:
    """Mean |value − other| over all numbers of each value."""
    return _mean(ops.abs(_differences(values, others)))


def total_difference(values: Tensor, others: Tensor) -> Tensor:
    """Σ |value − other| over all numbers of each value."""
    return ops.sum(ops.abs(_differences(values, others)), axis=_inner(values))


def squared_difference(values: Tensor, others: Tensor) -> Tensor:
    """Mean (value − other)² over all numbers of each value."""
    return _mean(ops.square(_differences(values, others)))


def edge_difference(values: Tensor, others: Tensor) -> Tensor:
    """The same for steps between neighbours on every axis; a shift of brightness costs nothing."""
    difference = _differences(values, others)
    axes = range(1, len(difference.shape) - 1)
    return sum(_mean(ops.abs(_steps(difference, axis))) for axis in axes) / len(axes)


def of_patches(
    loss: Callable[..., Tensor], judged: Tensor, *arguments: Tensor | float
) -> Tensor:
    """The mean of a loss over the patches of each value; ``judged`` is (n, …)."""
    patches = loss(judged, *arguments)
    return ops.mean(ops.reshape(patches, (ops.shape(judged)[0], -1)), axis=1)


def _differences(values, others):
    return ops.cast(values, "float32") - ops.cast(others, "float32")


def _inner(values):
    """All axes but the first."""
    return tuple(range(1, len(values.shape)))


def _mean(values):
    return ops.mean(values, axis=_inner(values))


def _steps(values, axis):
    count = values.shape[axis]
    later = ops.take(values, range(1, count), axis=axis)
    return later - ops.take(values, range(count - 1), axis=axis)
