import numpy as np
from keras import ops

from kgen.layers import PixelNormalization


def test_a_known_vector():
    found = PixelNormalization()(np.array([[3.0, 4.0]], "float32"))
    np.testing.assert_allclose(
        ops.convert_to_numpy(found), [[0.848528, 1.131371]], atol=1e-6
    )


def test_every_point_has_a_mean_square_of_1_whatever_its_scale():
    values = np.random.default_rng(0).normal(scale=(1e-1, 1e3), size=(4, 3, 3, 8, 2))
    found = PixelNormalization()(np.moveaxis(values, -1, -2).astype("float32"))
    squares = np.square(ops.convert_to_numpy(found)).mean(axis=-1)
    np.testing.assert_allclose(squares, 1.0, atol=1e-4)


def test_zeros_stay_zeros():
    found = PixelNormalization()(np.zeros((2, 3), "float32"))
    np.testing.assert_array_equal(ops.convert_to_numpy(found), 0.0)
