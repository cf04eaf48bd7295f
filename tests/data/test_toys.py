import numpy as np
import pytest
from scipy import stats

from kgen.data import toys


def test_the_normal_is_the_one_of_the_course():
    samples = toys.normal.samples(20_000)
    assert samples.shape == (20_000, 1) and samples.dtype == np.float32
    assert stats.kstest(samples[:, 0], stats.norm(4.0, 1.25).cdf).pvalue > 0.01


@pytest.mark.parametrize(("mixture", "modes", "nearest"), [(toys.ring, 8, 2 * np.sin(np.pi / 8)), (toys.grid, 25, 2.0)])
def test_every_mode_has_its_share_at_its_distance_and_three_deviations_hold_theirs(mixture, modes, nearest):
    samples = mixture.samples(50_000, seed=1)
    distances = np.linalg.norm(samples[:, None] - mixture.centres, axis=-1)
    shares = np.bincount(distances.argmin(axis=1)) / len(samples)
    assert len(mixture.centres) == modes and shares == pytest.approx(1 / modes, rel=0.1)
    apart = np.linalg.norm(mixture.centres[:, None] - mixture.centres, axis=-1)
    assert apart[~np.eye(modes, dtype=bool)].min() == pytest.approx(nearest)
    assert np.mean(distances.min(axis=1) < 3 * mixture.standard_deviation) == pytest.approx(0.9889, abs=2e-3)


@pytest.mark.parametrize("mixture", [toys.normal, toys.ring, toys.grid])
def test_samples_repeat_with_their_seed_and_lie_in_the_range(mixture):
    samples = mixture.samples(1000, seed=3)
    np.testing.assert_array_equal(samples, mixture.samples(1000, seed=3))
    assert (samples != mixture.samples(1000, seed=4)).any()
    low, high = mixture.value_range
    assert low < samples.min() and samples.max() < high
