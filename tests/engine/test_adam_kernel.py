"""Adam as one operation per variable takes the steps of Keras' own operations."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from kgen.engine.adam_kernel import adam_kernel

pytestmark = pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="the kernel is one of TensorFlow"
)

OPTIONS = [
    {},
    {"beta_1": 0.5, "epsilon": 1e-3},
    {"weight_decay": 0.01, "clipnorm": 1.0, "use_ema": True},
    {"gradient_accumulation_steps": 2},
    {"amsgrad": True},
]
SHAPES = (5, 3), (7,)


def keras_operations(optimizer):
    """The step as Keras takes it."""
    return contextlib.nullcontext()


def trained(step, optimizer, dtype="float32"):
    """Variables after 60 compiled steps of random gradients, and the optimizer's own."""
    random = np.random.default_rng(0)
    variables = [keras.Variable(random.normal(size=s), dtype=dtype) for s in SHAPES]
    optimizer.build(variables)

    @tf.function
    def stepped(gradients):
        with step(optimizer):
            optimizer.apply(gradients, variables)

    for _ in range(60):
        stepped([tf.constant(random.normal(size=s), dtype) for s in SHAPES])
    return [np.asarray(v, "float64") for v in (*variables, *optimizer.variables)]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options))
@pytest.mark.parametrize("scaled", [False, True], ids=["", "scaled"])
def test_the_kernel_takes_the_steps_of_keras(options, scaled):
    found = []
    for step in (adam_kernel, keras_operations):
        optimizer = keras.optimizers.Adam(0.01, **options)
        if scaled:
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        found.append(trained(step, optimizer))
    for own, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(own, theirs, rtol=1e-4, atol=1e-5)


def test_variables_in_half_precision_step_as_under_keras():
    found = [
        trained(step, keras.optimizers.Adam(0.01), "bfloat16")
        for step in (adam_kernel, keras_operations)
    ]
    for own, theirs in zip(*found, strict=True):
        np.testing.assert_array_equal(own, theirs)


def test_a_graph_holds_one_operation_per_variable():
    variables = [keras.Variable(np.ones(shape, "float32")) for shape in SHAPES]
    adam = keras.optimizers.Adam()
    adam.build(variables)

    @tf.function
    def stepped():
        with adam_kernel(adam):
            adam.apply([v.value for v in variables], variables)

    kinds = [op.type for op in stepped.get_concrete_function().graph.get_operations()]
    assert kinds.count("ResourceApplyAdam") == len(variables)
    assert "Sqrt" not in kinds  # that of Keras' own steps
    assert "update_step" not in vars(adam)
