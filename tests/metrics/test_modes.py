import numpy as np
import pytest
from scipy.stats import chi2

from kgen.metrics import mode_coverage

COUNT, SIGMA = 10_000, 0.01


def ring(count=8):
    angles = 2 * np.pi * np.arange(count) / count
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def drawn(centres, chosen, sigma=SIGMA):
    noise = np.random.default_rng(0).standard_normal((len(chosen), centres.shape[1]))
    return centres[chosen] + sigma * noise


def evenly(modes):
    return np.arange(COUNT) % modes


def test_a_perfect_sampler_of_the_ring_finds_all_modes_in_the_quality_of_theory():
    found = mode_coverage(drawn(ring(), evenly(8)), ring(), SIGMA)
    assert found["modes"] == 8
    assert found["high_quality"] == pytest.approx(
        0.9889, abs=3 * np.sqrt(0.9889 * 0.0111 / COUNT)
    )


@pytest.mark.parametrize("dimensions", [1, 3, 10])
def test_the_quality_in_other_dimensions_is_that_of_chi_squared(dimensions):
    corners = np.array([np.full(dimensions, -1.0), np.full(dimensions, 1.0)])
    expected = chi2.cdf(9, dimensions)
    quality = mode_coverage(drawn(corners, evenly(2)), corners, SIGMA)["high_quality"]
    assert quality == pytest.approx(
        expected, abs=3 * np.sqrt(expected * (1 - expected) / COUNT)
    )


def test_collapsed_samplers_find_the_modes_that_they_draw():
    assert mode_coverage(drawn(ring(), evenly(1)), ring(), SIGMA)["modes"] == 1
    assert mode_coverage(drawn(ring(), evenly(3)), ring(), SIGMA)["modes"] == 3
    assert mode_coverage(np.tile(ring()[2], (COUNT, 1)), ring(), SIGMA) == {
        "modes": 1,
        "high_quality": 1.0,
    }


def test_samples_between_the_modes_find_none():
    assert mode_coverage(np.zeros((COUNT, 2)), ring(), SIGMA) == {
        "modes": 0,
        "high_quality": 0.0,
    }


def test_too_wide_samples_lose_quality_by_the_closed_form():
    quality = mode_coverage(drawn(ring(), evenly(8), sigma=3 * SIGMA), ring(), SIGMA)[
        "high_quality"
    ]
    assert quality == pytest.approx(1 - np.exp(-0.5), abs=0.015)


def test_bad_input_is_refused_with_the_reason():
    samples = drawn(ring(), evenly(8))
    with pytest.raises(
        ValueError, match="mode_coverage needs at least 80 samples; these are 79"
    ):
        mode_coverage(samples[:79], ring(), SIGMA)
    with pytest.raises(ValueError, match="samples have 2 dimensions, centres 3"):
        mode_coverage(samples, np.eye(3), SIGMA)
    with pytest.raises(
        ValueError,
        match="samples holds NaN or infinity in 10000 of 10000 samples, first in sample 0",
    ):
        mode_coverage(samples * np.nan, ring(), SIGMA)
    for wrong in (0.0, -1.0, np.nan):
        with pytest.raises(
            ValueError, match="standard_deviation=.* is not a number above 0"
        ):
            mode_coverage(samples, ring(), wrong)
