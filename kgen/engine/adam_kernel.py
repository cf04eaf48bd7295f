"""Adam's step of a variable as one operation of TensorFlow, where Keras takes forty."""

import contextlib
import functools
from collections.abc import Iterator, Mapping

import keras
import tensorflow as tf

from kgen.types import Tensor


@contextlib.contextmanager
def adam_kernel(optimizer: keras.optimizers.Optimizer) -> Iterator[None]:
    """Lets an Adam of Keras take the same steps with TensorFlow's kernel; leaves others alone."""
    adam = getattr(optimizer, "inner_optimizer", optimizer)
    # Several replicas take turns within a step, each in a thread of its own.
    several = tf.distribute.get_strategy().num_replicas_in_sync > 1
    if several or type(adam) is not keras.optimizers.Adam or adam.amsgrad:
        yield
        return
    adam.update_step = functools.partial(_stepped, adam, _numbers(adam))
    try:
        yield
    finally:
        del adam.update_step


def _numbers(adam):
    """The kernel's numbers that all variables share."""
    step = tf.cast(adam.iterations + 1, "float32")
    numbers = {"beta1": adam.beta_1, "beta2": adam.beta_2, "epsilon": adam.epsilon}
    powers = {
        f"{beta}_power": tf.pow(numbers[beta], step) for beta in ("beta1", "beta2")
    }
    return {
        name: tf.constant(number, "float32") for name, number in numbers.items()
    } | powers


def _stepped(
    adam: keras.optimizers.Adam,
    numbers: Mapping[str, Tensor],
    gradient: Tensor,
    variable: tf.Variable,
    learning_rate: Tensor,
) -> None:
    if variable.dtype != tf.float32:
        keras.optimizers.Adam.update_step(adam, gradient, variable, learning_rate)
        return
    index = adam._get_variable_index(variable)
    tf.raw_ops.ResourceApplyAdam(
        var=variable.handle,
        m=adam._momentums[index].value.handle,
        v=adam._velocities[index].value.handle,
        lr=learning_rate,
        grad=tf.cast(tf.convert_to_tensor(gradient), tf.float32),
        **numbers,
    )
