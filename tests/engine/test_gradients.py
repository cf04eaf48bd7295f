import math

import keras
import numpy as np
import pytest

from kgen.engine.gradients import GradientNorm

OPTIMIZERS = [keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.Nadam]


def optimized(cls):
    optimizer, variables = (
        cls(1e-3),
        [keras.Variable(np.zeros(size, "float32")) for size in (3, 2)],
    )
    optimizer.build(variables)
    return optimizer, variables


def steps(optimizer, variables, count, size):
    for _ in range(count):
        gradients = [keras.ops.full(variable.shape, size) for variable in variables]
        optimizer.apply(gradients, variables)


@pytest.mark.parametrize("cls", OPTIMIZERS)
def test_the_norm_is_that_of_the_gradients_since_the_last_look_alone(cls):
    optimizer, variables = optimized(cls)
    norm = GradientNorm(optimizer)
    for count, size in ((1, 2.0), (7, 3.0), (20, 0.5)):
        steps(optimizer, variables, count, size)
        assert norm.since() == pytest.approx(size * math.sqrt(5), rel=1e-3)


def test_a_look_begun_late_does_not_count_what_was_before():
    optimizer, variables = optimized(keras.optimizers.Adam)
    steps(optimizer, variables, 5, 100.0)
    norm = GradientNorm(optimizer)
    steps(optimizer, variables, 5, 1.0)
    assert norm.since() == pytest.approx(math.sqrt(5), rel=0.05)


def test_without_steps_or_without_a_mean_of_squares_there_is_no_norm():
    optimizer, variables = optimized(keras.optimizers.SGD)
    norm = GradientNorm(optimizer)
    steps(optimizer, variables, 2, 1.0)
    assert math.isnan(norm.since()) and math.isnan(
        GradientNorm(optimized(keras.optimizers.Adam)[0]).since()
    )
