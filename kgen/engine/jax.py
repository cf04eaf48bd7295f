"""Steps under JAX: a scope keeps their assignments, so that imperative code is a pure function."""

import atexit
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils
from keras import ops

from kgen.engine.fused import FusedSteps
from kgen.engine.mixin import Mixin
from kgen.types import Tensor


class Trainer(Mixin):
    """Jits steps ``step(self, data)`` and differentiates a play with respect to its player."""

    train_function: Any
    predict_function: Any

    def record(
        self, function: Callable[[], Any], variables: Sequence[keras.Variable]
    ) -> tuple[Any, Any]:
        """The result of ``function()``, and a recording to differentiate it in ``minimize``."""

        def run(values):
            return self._held(variables, values, function)

        result, pull_back, moved = jax.vjp(
            run, [variable.value for variable in variables], has_aux=True
        )
        self._assign_others(variables, moved)
        leaves, structure = jax.tree.flatten(result)
        recorded = [leaf for leaf in leaves if _has_gradient(leaf)]

        def gradients_of(onwards):
            left = iter(onwards)
            every = [
                next(left)
                if _has_gradient(leaf)
                else np.zeros(leaf.shape, jax.dtypes.float0)
                for leaf in leaves
            ]
            return pull_back(jax.tree.unflatten(structure, every))[0]

        return result, (recorded, gradients_of)

    def minimize(
        self,
        objective: Callable[..., tuple[Tensor, Any]],
        arguments: Sequence[Any],
        variables: Sequence[keras.Variable],
        optimizer: keras.optimizers.Optimizer,
        recording: Any = None,
    ) -> Any:
        """Steps ``variables`` down the first value of ``objective``; returns the second value."""
        gradients_of: Any
        recorded, gradients_of = recording or ([], None)

        def scored(values, passed):
            replaced = dict(zip(map(id, recorded), passed, strict=True))
            current = jax.tree.map(lambda leaf: replaced.get(id(leaf), leaf), arguments)
            (loss, scores), moved = self._held(variables, values, objective, *current)
            return optimizer.scale_loss(loss), (scores, moved)

        gradient = jax.grad(scored, argnums=(0, 1), has_aux=True)
        (gradients, onwards), (scores, moved) = gradient(
            [variable.value for variable in variables], recorded
        )
        if recording:
            gradients = [
                direct + passed
                for direct, passed in zip(gradients, gradients_of(onwards), strict=True)
            ]
        self._assign_others(variables, moved)
        self._apply(optimizer, gradients, variables)
        return scores

    @staticmethod
    def _apply(optimizer, gradients, variables):
        if not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            optimizer.apply(gradients, variables)
            return
        # A loss-scaling optimizer branches on its gradients; JAX allows this in pure functions.
        held = [*variables, *optimizer.variables]
        kept, own = (
            [variable.value for variable in group]
            for group in (optimizer.variables, variables)
        )
        moved, state = optimizer.stateless_apply(kept, gradients, own)
        for variable, value in zip(held, [*moved, *state], strict=True):
            variable.assign(value)

    def input_gradient(self, function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        """The gradient of ``function(x)``, one value per image, in x; itself differentiable."""
        return jax.grad(lambda x: self._held([], [], lambda: ops.sum(function(x)))[0])(
            x
        )

    def make_train_function(self, force: bool = False) -> None:
        if self.train_function is not None and not force:
            return
        step = self._pure(
            self.train_step,
            *self._weights,
            self.optimizer.variables,
            self.metrics_variables,
        )
        if (
            self.steps_per_execution > 1
            and self.jit_compile
            and not self.run_eagerly
            and fuses()
        ):
            self.train_function = FusedSteps(
                step, self.steps_per_execution, self._shardings()
            )
            return
        with self._replaced("train_step", step):
            super().make_train_function(force)

    def _shardings(self):
        """Those of the logs and the state of a step; on one device JAX needs none."""
        if keras.distribution.distribution() is None:
            return None
        return None, self._get_state_sharding_spec()

    def make_test_function(self, force: bool = False) -> None:
        with self._replaced(
            "test_step",
            self._pure(self.test_step, *self._weights, self.metrics_variables),
        ):
            super().make_test_function(force)

    def make_predict_function(self, force: bool = False) -> None:
        if self.predict_function is not None and not force:
            return
        super().make_predict_function(force)
        function = self.predict_function
        pure_step = self._pure(self.predict_step, *self._weights)

        def step(state, data):
            outputs, (_, moved) = pure_step(state, data)
            return outputs, moved

        def predict_function(state, iterator):
            # Keras looks this step up only when it is traced.
            with self._replaced("predict_step", step):
                return function(state, iterator)

        self.predict_function = predict_function

    def _purge_model_variables(self, **_):
        # Keras would empty the variables during a step, and a step that raises would lose them.
        return

    @property
    def _weights(self):
        return self.trainable_variables, self.non_trainable_variables

    def _pure(self, step, *groups):
        def pure_step(state, data):
            held = zip(
                [v for group in groups for v in group],
                jax.tree.leaves(state),
                strict=True,
            )
            with keras.StatelessScope(list(held)) as scope:
                outputs = step(data)
            return outputs, tuple(
                [scope.get_current_value(variable) for variable in group]
                for group in groups
            )

        return pure_step

    @contextlib.contextmanager
    def _replaced(self, name, step):
        setattr(self, name, step)
        try:
            yield
        finally:
            delattr(self, name)

    def _held(self, variables, values, function, *arguments):
        # The function's result with the variables at the values, and what it leaves in the others.
        others = self._all_variables_but(variables)
        # Optimizer variables too: their count of steps would otherwise be that of the first trace.
        read = [
            variable
            for optimizer in self.optimizers.values()
            for variable in optimizer.variables
        ]
        kept = [(variable, variable.value) for variable in [*others, *read]]
        with keras.StatelessScope(
            [*zip(variables, values, strict=True), *kept]
        ) as scope:
            result = function(*arguments)
        return result, [scope.get_current_value(variable) for variable in others]

    def _assign_others(self, variables, values):
        for variable, value in zip(
            self._all_variables_but(variables), values, strict=True
        ):
            variable.assign(value)

    def _all_variables_but(self, variables):
        left_out = {id(variable) for variable in variables}
        return [
            variable
            for variable in self.variables + self.metrics_variables
            if id(variable) not in left_out
        ]


def fuses() -> bool:
    """Whether fused steps are faster here: on a CPU, XLA runs a loop's convolutions on one core."""
    return jax.default_backend() != "cpu"


def _has_gradient(tensor):
    return jax.numpy.issubdtype(tensor.dtype, jax.numpy.inexact)


def differentiated(
    function: Callable[[Tensor], tuple[Tensor, Any]],
    x: Tensor,
    variables: Sequence[keras.Variable] = (),
) -> tuple[Tensor, Any]:
    """The gradient in x of the summed first result of ``function(x)``, or 0; the second result.

    ``variables`` are those of the function ``compiled`` around it.
    """
    # A scope does not see what the one around it holds.
    held = [(variable, variable.value) for variable in variables]

    def summed(x):
        with keras.StatelessScope(held):
            values, kept = function(x)
        return ops.sum(values), kept

    return jax.grad(summed, has_aux=True)(x)


def compiled(
    function: Callable[..., Any], variables: Sequence[keras.Variable] = ()
) -> Callable[..., Any]:
    """The function of tensors, traced once per shape; it must neither draw nor assign.

    ``variables`` are those that may change between two calls; JAX keeps others as they are.
    """

    def held(values, *inputs):
        with keras.StatelessScope(list(zip(variables, values, strict=True))):
            return function(*inputs)

    traced = jax.jit(held)
    return lambda *inputs: traced([variable.value for variable in variables], *inputs)


def exchange(
    variables: Sequence[keras.Variable], others: Sequence[keras.Variable]
) -> None:
    """Exchanges the values of two lists of variables."""
    for variable, other in zip(variables, others, strict=True):
        value = ops.copy(variable)
        variable.assign(other)
        other.assign(value)


# One program draws for all devices, so their numbers differ anyway.
SeedGenerator = keras.random.SeedGenerator


def batch_normalize(
    x: Tensor, scale: Tensor, offset: Tensor, epsilon: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Values of any rank, normalised by the batch, and the mean and variance per channel."""
    wide = ops.cast(x, "float32")
    mean, variance = ops.moments(wide, axes=tuple(range(len(x.shape) - 1)))
    y = ops.batch_normalization(
        wide, mean, variance, axis=-1, offset=offset, scale=scale, epsilon=epsilon
    )
    return ops.cast(y, x.dtype), mean, variance


HEARTBEAT_SECONDS, GOODBYE_SECONDS = 20, 30


def connect(coordinator: str | None, processes: int, process_id: int | None) -> None:
    """Joins the processes of a training; arguments that are ``None`` come from SLURM."""
    # JAX would swallow the signal by which batch systems and users end a process.
    jax.config.update("jax_enable_preemption_service", False)
    jax.distributed.initialize(
        coordinator,
        processes,
        process_id,
        heartbeat_timeout_seconds=HEARTBEAT_SECONDS,
        shutdown_timeout_seconds=GOODBYE_SECONDS,
    )


def process() -> tuple[int, int]:
    """Which process this is, and of how many."""
    return (
        (jax.process_index(), jax.process_count())
        if jax.distributed.is_initialized()
        else (0, 1)
    )


def agreed(number: int) -> int:
    """The whole number of the first process, for every process."""
    return int(multihost_utils.broadcast_one_to_all(np.uint32(number)))


def meet() -> None:
    """Waits until every process has arrived here."""
    multihost_utils.sync_global_devices("meet")


def is_connection_lost(error: BaseException) -> bool:
    """Whether an error says that another process is gone."""
    signs = ("Gloo", "NCCL", "coordination", "UNAVAILABLE", "DEADLINE_EXCEEDED")
    return isinstance(error, (RuntimeError, ValueError)) and any(
        sign in str(error) for sign in signs
    )


def leave_at_exit(code: int) -> None:
    """Skips JAX's shutdown at exit, where it would wait for processes that are gone or stuck."""
    atexit.register(_leave, code)


def _leave(code):
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def devices(count: int) -> list[str]:
    """The first accelerators of each process's host; without one, ``count`` parts of its CPU."""
    with contextlib.suppress(RuntimeError):  # too late: something was computed already
        jax.config.update("jax_num_cpu_devices", count)
    groups = [
        [device for device in jax.devices() if device.process_index == i]
        for i in range(jax.process_count())
    ]
    return [
        f"{device.platform}:{device.id}" for group in groups for device in group[:count]
    ]


def by_majority(condition: Tensor) -> Tensor:
    """The condition itself: one program evaluates it for all devices, on the whole batch."""
    return condition


def replicas() -> int:
    """The number of devices among which a process divides each batch."""
    distribution = keras.distribution.distribution()
    return (
        1
        if distribution is None
        else distribution.device_mesh.devices.size // process()[1]
    )


def scope(devices: Sequence[str]) -> contextlib.AbstractContextManager[Any]:
    """The scope in which a model is built, compiled and fitted on several devices."""
    return keras.distribution.DataParallel(
        devices=devices, auto_shard_dataset=False
    ).scope()
