import keras
import numpy as np
import pytest
from keras import ops

from kgen.engine.descent import Descent


def squares(z, x, weights):
    return ops.sum(ops.square(ops.matmul(z, weights) - x), axis=1)


@pytest.fixture(scope="module")
def linear():
    """Values, and the orthonormal rows that a linear G of two latents has."""
    random = np.random.default_rng(0)
    weights = np.linalg.qr(random.standard_normal((8, 2)))[0].T.astype("float32")
    return random.standard_normal((5, 8)).astype("float32"), weights


def test_a_linear_generator_is_searched_as_well_as_pca_projects(linear):
    x, weights = linear
    latents = ops.convert_to_numpy(Descent(squares, 300)(np.zeros((5, 2)), x, weights))
    np.testing.assert_allclose(latents, x @ weights.T, atol=1e-4)


def test_steps_are_those_of_keras_adam(linear):
    x, weights = linear
    z = keras.Variable(np.ones((5, 2), "float32"))
    adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.1, 7))
    for _ in range(7):
        adam.apply([2.0 * ops.matmul(ops.matmul(z.value, weights) - x, weights.T)], [z])
    latents = Descent(squares, 7)(np.ones((5, 2)), x, weights)
    np.testing.assert_allclose(latents, z.value, atol=1e-5)


def test_a_search_of_no_steps_is_refused():
    with pytest.raises(ValueError, match="steps=0 is not a whole number of at least 1"):
        Descent(squares, 0)
