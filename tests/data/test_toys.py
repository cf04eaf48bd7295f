import numpy as np
import pytest
from scipy import stats

from kgen import data
from kgen.data import toys


def test_the_normal_is_the_one_of_the_course():
    samples = toys.normal.samples(20_000)
    assert samples.shape == (20_000, 1) and samples.dtype == np.float32
    assert stats.kstest(samples[:, 0], stats.norm(4.0, 1.25).cdf).pvalue > 0.01


@pytest.mark.parametrize(
    ("mixture", "modes", "nearest"),
    [(toys.ring, 8, 2 * np.sin(np.pi / 8)), (toys.grid, 25, 2.0)],
)
def test_every_mode_has_its_share_at_its_distance_and_three_deviations_hold_theirs(
    mixture, modes, nearest
):
    samples = mixture.samples(50_000, seed=1)
    distances = np.linalg.norm(samples[:, None] - mixture.centres, axis=-1)
    shares = np.bincount(distances.argmin(axis=1)) / len(samples)
    assert len(mixture.centres) == modes and shares == pytest.approx(1 / modes, rel=0.1)
    apart = np.linalg.norm(mixture.centres[:, None] - mixture.centres, axis=-1)
    assert apart[~np.eye(modes, dtype=bool)].min() == pytest.approx(nearest)
    assert np.mean(
        distances.min(axis=1) < 3 * mixture.standard_deviation
    ) == pytest.approx(0.9889, abs=2e-3)


@pytest.mark.parametrize("mixture", toys.MIXTURES.values(), ids=toys.MIXTURES)
def test_samples_repeat_with_their_seed(mixture):
    samples = mixture.samples(1000, seed=3)
    np.testing.assert_array_equal(samples, mixture.samples(1000, seed=3))
    assert (samples != mixture.samples(1000, seed=4)).any()


@pytest.mark.parametrize(("name", "numbers"), [("normal", 1), ("ring", 2), ("grid", 2)])
def test_a_toy_is_a_data_set_of_as_many_vectors_as_asked_for(name, numbers):
    toy = data.load(name, count="1000")
    splits = toy.train, toy.validation, toy.test
    assert toy.fields["x"].shape == (numbers,) and sum(map(len, splits)) == 1000
    stored = np.concatenate([split["x"] for split in splits])
    drawn = toys.MIXTURES[name].samples(1000)
    np.testing.assert_array_equal(np.sort(stored, axis=0), np.sort(drawn, axis=0))


def test_what_is_known_of_a_toy_is_said_before_a_training():
    assert "8 equally likely Gaussians of standard deviation 0.01" in str(
        data.load("ring")
    )
    assert "from a Gaussian of standard deviation 1.25" in str(data.load("normal"))
