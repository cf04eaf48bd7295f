"""Several steps under JAX as one XLA program, so that the device does not wait for the host."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import jax
from jax import numpy as jnp


class FusedSteps:
    """Runs ``count`` steps of a training at once, in a scan over their batches.

    Keras runs them in a loop of Python. The batches of the next call are fetched while the device
    computes. What is left of an epoch, and batches of unequal shapes, run step by step.

    Args:
        step: pure function from the state and a batch to the logs and the next state.
        count: int ≥ 2, steps at once.
        out_shardings: of the logs and the state, as in ``jax.jit``.

    Example:
        >>> import jax
        >>> def step(total, batch):
        ...     return batch.mean(), total + batch.sum()
        >>> batches = iter(np.ones((40, 8, 3), "float32"))
        >>> logs, total = FusedSteps(step, 20)(jax.numpy.zeros(()), batches)
        >>> float(total)
        480.0
    """

    source: Iterator[Any] | None
    ahead: list[Any]

    def __init__(
        self,
        step: Callable[[Any, Any], tuple[Any, Any]],
        count: int,
        out_shardings: Any = None,
    ):
        self.step, self.count = step, count
        options = {"donate_argnums": 0, "out_shardings": out_shardings}
        self.single, self.scan = (
            jax.jit(step, **options),
            jax.jit(self._scanned, **options),
        )
        self.source, self.ahead = None, []

    def __call__(self, state: Any, iterator: Iterator[Any]) -> tuple[Any, Any]:
        batches = self._next(iterator)
        if not batches:
            raise StopIteration
        run = (
            self.scan
            if len(batches) == self.count and _alike(batches)
            else self._one_by_one
        )
        logs, state = run(state, batches)
        self.source, self.ahead = iterator, self._fetched(iterator)
        return logs, state

    def _next(self, iterator):
        # Batches fetched from another iterator do not belong to this one.
        return self.ahead if iterator is self.source else self._fetched(iterator)

    def _fetched(self, iterator):
        return list(itertools.islice(iterator, self.count))

    def _one_by_one(self, state, batches):
        for batch in batches:
            logs, state = self.single(state, batch)
        return logs, state

    def _scanned(self, state, batches):
        stacked = jax.tree.map(lambda *values: jnp.stack(values), *batches)
        state, logs = jax.lax.scan(self._carried, state, stacked)
        return jax.tree.map(lambda values: values[-1], logs), state

    def _carried(self, state, batch):
        logs, state = self.step(state, batch)
        return state, logs


def _alike(batches):
    shapes = [[value.shape for value in jax.tree.leaves(batch)] for batch in batches]
    return all(other == shapes[0] for other in shapes)
