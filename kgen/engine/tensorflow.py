"""Steps under TensorFlow, and devices side by side."""

import contextlib
import os
import platform
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import ops
from tensorflow.python.util._pywrap_util_port import IsMklEnabled

from kgen.engine.adam_kernel import adam_kernel
from kgen.engine.mixin import Mixin
from kgen.types import Tensor

# These graph rewriters order sums by where their hash tables lie in memory: two runs with the same
# seed would differ in the last digit.
tf.config.optimizer.set_experimental_options(
    {"arithmetic_optimization": False, "remapping": False}
)


STRIDE = 1_000_003


def warn_of_slow_kernels() -> None:
    """Warns where TensorFlow was imported before kgen, and so without its fast convolutions."""
    on_x86 = platform.machine() in {"x86_64", "AMD64"}
    if "TF_ENABLE_ONEDNN_OPTS" in os.environ or not on_x86 or IsMklEnabled():
        return
    if not tf.config.list_physical_devices("GPU"):
        warnings.warn(
            "TensorFlow was imported before kgen, without oneDNN. With it, models of images train "
            "up to twice as fast on this processor, models of volumes 70 times. Import kgen "
            "before keras and tensorflow, or set the environment variable TF_ENABLE_ONEDNN_OPTS=1.",
            stacklevel=2,
        )


warn_of_slow_kernels()


class Trainer(Mixin):
    """Differentiates a play with respect to its player; Keras does the rest."""

    def record(
        self, function: Callable[[], Any], variables: Sequence[keras.Variable]
    ) -> tuple[Any, Any]:
        """The result of ``function()``, and a recording to differentiate it in ``minimize``."""
        tape = tf.GradientTape(watch_accessed_variables=False)
        with tape:
            tape.watch([variable.value for variable in variables])
            return function(), tape

    def minimize(
        self,
        objective: Callable[..., tuple[Tensor, Any]],
        arguments: Sequence[Any],
        variables: Sequence[keras.Variable],
        optimizer: keras.optimizers.Optimizer,
        recording: Any = None,
    ) -> Any:
        """Steps ``variables`` down the first value of ``objective``; returns the second value."""
        values = [variable.value for variable in variables]
        with recording or tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(values)
            loss, scores = objective(*arguments)
            # The replicas' gradients are added up.
            loss = optimizer.scale_loss(loss / replicas())
        with adam_kernel(optimizer):
            optimizer.apply(tape.gradient(loss, values), variables)
        return scores

    def input_gradient(self, function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        """The gradient of ``function(x)``, one value per image, in x; itself differentiable."""
        return differentiated(lambda x: (function(x), ()), x)[0]

    def make_train_function(self, force: bool = False) -> None:
        if self.steps_per_execution > 1 and replicas() > 1:
            raise ValueError(
                f"steps_per_execution={self.steps_per_execution} does not work "
                "on several devices under TensorFlow. "
                "Leave it at 1, or set the environment variable KERAS_BACKEND=jax."
            )
        super().make_train_function(force)


def differentiated(
    function: Callable[[Tensor], tuple[Tensor, Any]],
    x: Tensor,
    variables: Sequence[keras.Variable] = (),
) -> tuple[Tensor, Any]:
    """The gradient in x of the summed first result of ``function(x)``, or 0; the second result.

    ``variables`` are those of ``compiled``, for JAX.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        values, kept = function(x)
        total = ops.sum(values)
    return tape.gradient(
        total, x, unconnected_gradients=tf.UnconnectedGradients.ZERO
    ), kept


def compiled(
    function: Callable[..., Any], variables: Sequence[keras.Variable] = ()
) -> Callable[..., Any]:
    """The function of tensors, traced once per shape; it must neither draw nor assign.

    ``variables`` are those that may change between two calls; TensorFlow reads all anew.
    """
    return tf.function(function, reduce_retracing=True)


def exchange(
    variables: Sequence[keras.Variable], others: Sequence[keras.Variable]
) -> None:
    """Exchanges the values of two lists of variables."""
    # Keras' own assignments check and copy: three times as long for a model of many small arrays.
    for variable, other in zip(variables, others, strict=True):
        value = tf.identity(variable.value)
        variable.value.assign(other.value, read_value=False)
        other.value.assign(value, read_value=False)


class SeedGenerator(keras.random.SeedGenerator):
    """Seeds that differ between replicas, which would otherwise all draw the same numbers."""

    def next(self, ordered: bool = True) -> Tensor:
        seed = super().next(ordered)
        if replicas() == 1:
            return seed
        replica = tf.distribute.get_replica_context()
        number = 0 if replica is None else replica.replica_id_in_sync_group
        return seed + ops.cast([number, 0], seed.dtype) * STRIDE


def batch_normalize(
    x: Tensor, scale: Tensor, offset: Tensor, epsilon: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Values of any rank, normalised by the batch, and the mean and variance per channel."""
    if replicas() > 1:
        wide = tf.cast(x, "float32")
        axes = tuple(range(len(x.shape) - 1))
        mean, variance = ops.moments(wide, axes=axes, synchronized=True)
        y = tf.nn.batch_normalization(wide, mean, variance, offset, scale, epsilon)
        return tf.cast(y, x.dtype), mean, variance
    # The kernel is for images; to it, the points of other grids are one column of pixels.
    flat = x if len(x.shape) == 4 else tf.reshape(x, (-1, 1, 1, x.shape[-1]))
    y, mean, variance = tf.compat.v1.nn.fused_batch_norm(
        flat, scale, offset, epsilon=epsilon
    )
    y = tf.reshape(y, (-1, *x.shape[1:]))
    # The kernel returns the unbiased variance, a sum divided by one value less.
    count = ops.cast(ops.size(x) / x.shape[-1], "float32")
    return y, mean, variance * (count - 1.0) / count


def connect(coordinator: str | None, processes: int, process_id: int | None) -> None:
    """Raises: Keras 3 does not train under TensorFlow's strategies for several hosts."""
    raise ValueError(
        f"processes={processes} needs JAX, "
        "as Keras does not train on several hosts under TensorFlow. "
        "Set the environment variable KERAS_BACKEND=jax; "
        "a run begun under TensorFlow goes on under JAX."
    )


def process() -> tuple[int, int]:
    """Which process this is, and of how many."""
    return 0, 1


def agreed(number: int) -> int:
    """The whole number of the first process, for every process."""
    return number


def by_majority(condition: Tensor) -> Tensor:
    """Whether the condition holds on the batch parts of at least half of the devices."""
    share = tf.distribute.get_replica_context().all_reduce(
        tf.distribute.ReduceOp.MEAN, ops.cast(condition, "float32")
    )
    return share >= 0.5


def replicas() -> int:
    """The number of devices among which a process divides each batch."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def devices(count: int) -> list[str]:
    """The first GPUs of this host; without one, ``count`` parts of its CPU."""
    processors = tf.config.list_physical_devices("CPU")
    if not tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(
            RuntimeError
        ):  # too late: something was computed already
            tf.config.set_logical_device_configuration(
                processors[0], [tf.config.LogicalDeviceConfiguration()] * count
            )
    found = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices(
        "CPU"
    )
    return [device.name for device in found[:count]]


def scope(devices: Sequence[str]) -> contextlib.AbstractContextManager[Any]:
    """The scope in which a model is built, compiled and fitted on several devices."""
    return tf.distribute.MirroredStrategy(devices).scope()
