import numpy as np
from kgen.metrics.median_gap import median_gap


def test_median_gap_of_shifted_values_is_the_shift():
    x = np.random.default_rng(0).normal(size=(20, 3))
    assert np.isclose(median_gap(x, x + 2), 2)
