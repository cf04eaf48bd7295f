"""Adam whose variables begin at different steps."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen.engine.growing_adam import GrowingAdam

RATE, BETAS = 1e-3, {"beta_1": 0.5, "beta_2": 0.99, "epsilon": 1e-8}


def last_moves(optimizer, gradients, begins):
    """How far each of two variables moves in the last step; the second begins after ``begins``."""
    both = [keras.Variable(np.zeros(1, "float32")) for _ in range(2)]
    optimizer.build(both)
    for step, pair in enumerate(gradients):
        before = [float(ops.squeeze(v)) for v in both]
        count = 2 if step >= begins else 1
        slopes = [ops.convert_to_tensor([g], "float32") for g in pair[:count]]
        optimizer.apply(slopes, both[:count])
    return [float(ops.squeeze(v)) - old for v, old in zip(both, before, strict=True)]


def test_the_first_step_of_a_variable_that_begins_late_has_the_length_of_the_rate():
    moves = last_moves(GrowingAdam(RATE, **BETAS), [(0.3, -0.02)] * 201, begins=200)
    np.testing.assert_allclose(moves, [-RATE, RATE], rtol=1e-3)


def test_an_adam_that_counts_all_steps_moves_it_many_times_as_far():
    adam = keras.optimizers.Adam(RATE, **BETAS)
    moves = last_moves(adam, [(0.3, -0.02)] * 1001, begins=1000)
    assert moves[1] == pytest.approx(0.5 / np.sqrt(0.01) * RATE, rel=1e-2)


def test_variables_that_begin_together_move_as_under_adam():
    gradients = np.random.default_rng(0).normal(size=(12, 2))
    own = last_moves(GrowingAdam(RATE, **BETAS), gradients, begins=0)
    theirs = last_moves(keras.optimizers.Adam(RATE, **BETAS), gradients, begins=0)
    np.testing.assert_allclose(own, theirs, rtol=1e-5)
