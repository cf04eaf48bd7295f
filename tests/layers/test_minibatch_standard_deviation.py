import numpy as np
import pytest
from keras import ops

from kgen.layers import MinibatchStandardDeviation


def spread_of(maps, group_size=4):
    """The new channel, one number per value: it is the same at every point."""
    found = ops.convert_to_numpy(MinibatchStandardDeviation(group_size)(maps))
    np.testing.assert_array_equal(found[..., :-1], maps)
    assert (found[..., -1] == found[:, :1, :1, -1]).all()
    return found[:, 0, 0, -1]


def of_values(numbers):
    """One constant map of two channels per number."""
    return np.asarray(numbers, "float32")[:, None, None, None] * np.ones(
        (1, 4, 4, 2), "float32"
    )


def test_a_constant_batch_gives_the_root_of_epsilon():
    np.testing.assert_allclose(spread_of(of_values([3.0] * 8)), 1e-4, rtol=1e-5)


def test_groups_are_strided():
    """The first half +1, the rest −1: every group of 4 has both; of alternating signs, none."""
    halves, alternating = [1] * 4 + [-1] * 4, [1, -1] * 4
    np.testing.assert_allclose(spread_of(of_values(halves)), 1.0, rtol=1e-5)
    np.testing.assert_allclose(spread_of(of_values(alternating)), 1e-4, rtol=1e-5)


def test_it_is_the_reshape_of_the_authors():
    maps = np.random.default_rng(0).normal(size=(12, 4, 4, 3)).astype("float32")
    groups = maps.reshape(4, -1, 4, 4, 3)
    deviation = np.sqrt(groups.var(axis=0) + 1e-8).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(spread_of(maps), np.tile(deviation, 4), rtol=1e-5)


def test_what_is_left_of_a_batch_joins_the_groups():
    np.testing.assert_allclose(
        spread_of(of_values([0, 0, 0, 0, 0, 5])), 5 * np.sqrt(5) / 6, 1e-5
    )
    np.testing.assert_allclose(spread_of(of_values([1, -1])), 1.0, rtol=1e-5)


def test_a_group_of_none_is_refused():
    with pytest.raises(ValueError, match="group_size=0"):
        MinibatchStandardDeviation(0)
