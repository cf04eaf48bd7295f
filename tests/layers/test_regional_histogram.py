"""Counts of voxels by region and brightness."""

import numpy as np
import pytest
from keras import ops

from kgen.layers import RegionalHistogram


def shares_of(values, **options):
    """The shares of each channel and bin in each region: (n, channels, bins, regions)."""
    layer = RegionalHistogram(**options)
    found = ops.convert_to_numpy(layer(values))
    return found.reshape(len(values), values.shape[-1], layer.bins, -1)


@pytest.mark.parametrize("sides", [(12,), (8, 9), (8, 9, 13)])
def test_the_shares_of_a_region_have_the_sum_1(sides):
    values = np.random.default_rng(0).normal(0.0, 3.0, (2, *sides, 2)).astype("float32")
    shares = shares_of(values, regions=4)
    assert shares.shape == (2, 2, 9, 4 ** len(sides))
    np.testing.assert_allclose(shares.sum(axis=2), 1.0, rtol=1e-5)


def test_voxels_of_a_brightness_are_counted_region_by_region():
    values = np.zeros((1, 8, 6, 4, 1), "float32")
    values[0, 4:7, :3, :2] = 1.0  # 18 of the 24 voxels of the third of eight regions
    shares = shares_of(values, regions=2, bins=3, low=0.0, high=2.0)[0, 0]
    np.testing.assert_allclose(shares[1], [0, 0, 0, 0, 18 / 24, 0, 0, 0], atol=1e-6)
    np.testing.assert_array_equal(shares[2], 0.0)


@pytest.mark.parametrize(
    ("brightness", "expected"),
    [
        (0.0, [1, 0, 0]),
        (0.25, [0.75, 0.25, 0]),
        (1.5, [0, 0.5, 0.5]),
        (-7.0, [1, 0, 0]),
        (9.0, [0, 0, 1]),
    ],
)
def test_a_point_is_shared_by_the_bins_beside_it_and_beyond_all_counts_in_the_last(
    brightness, expected
):
    values = np.full((1, 4, 4, 1), brightness, "float32")
    np.testing.assert_allclose(
        shares_of(values, regions=1, bins=3, low=0.0, high=2.0)[0, 0, :, 0], expected
    )


def test_a_side_that_the_regions_do_not_divide_loses_no_point():
    values = np.arange(7, dtype="float32").reshape(1, 7, 1)
    shares = shares_of(values, regions=2, bins=7, low=0.0, high=6.0)[0, 0]
    np.testing.assert_allclose(shares[:, 0], [0.25] * 4 + [0] * 3)
    np.testing.assert_allclose(shares[:, 1], [0] * 4 + [1 / 3] * 3, rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"regions": 0}, "regions=0 is not a whole number"),
        ({"bins": 1}, "bins=1 is not a number in"),
        ({"low": 2.0, "high": 2.0}, r"low=2.0 is not below high=2.0"),
    ],
)
def test_what_is_no_histogram_is_refused(options, told):
    with pytest.raises(ValueError, match=told):
        RegionalHistogram(**options)
