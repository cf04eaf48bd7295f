import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from kgen.metrics import active_units, factor_vae_score, mutual_information_gap

VALUES = (3, 4, 8, 16, 16)


@pytest.fixture
def factors():
    """The factors of 10,000 sprites, drawn evenly."""
    random = np.random.default_rng(0)
    return np.stack([random.integers(count, size=10_000) for count in VALUES], axis=1)


def mixed(factors, latents=7):
    """Latents that each tell something of several factors, with noise."""
    random = np.random.default_rng(1)
    return factors @ random.standard_normal((5, latents)) + random.standard_normal(
        (len(factors), latents)
    )


def textbook_gap(latents, factors, bins):
    """The mutual information gap written with scikit-learn's mutual information."""
    binned = np.stack(
        [np.digitize(z, np.histogram_bin_edges(z, bins)[1:-1]) for z in latents.T]
    )
    gaps = []
    for factor in factors.T:
        *_, second, first = sorted(mutual_info_score(z, factor) for z in binned)
        gaps.append((first - second) / mutual_info_score(factor, factor))
    return np.mean(gaps)


@pytest.mark.parametrize("bins", [5, 20])
def test_gap_is_the_textbook_formula(factors, bins):
    latents = mixed(factors)
    assert mutual_information_gap(latents, factors, bins) == pytest.approx(
        textbook_gap(latents, factors, bins), abs=1e-5
    )


def test_true_factors_as_latents_score_one_in_any_order_and_scale(factors):
    latents = factors[:, [3, 0, 4, 2, 1]] * [1.0, -3.0, 0.5, 10.0, 2.0] + 7.0
    assert mutual_information_gap(latents, factors) == pytest.approx(1.0, abs=0.02)
    assert factor_vae_score(latents, factors) == 1.0


def test_noise_scores_no_gap_and_one_over_the_number_of_factors(factors):
    noise = np.random.default_rng(2).standard_normal((10_000, 10))
    assert mutual_information_gap(noise, factors) == pytest.approx(0.0, abs=2e-3)
    assert factor_vae_score(noise, factors) == pytest.approx(1 / 5, abs=0.03)


def test_a_factor_that_two_latents_tell_alike_has_no_gap_but_its_full_score(factors):
    twice = np.concatenate([factors, factors], axis=1)
    assert mutual_information_gap(twice, factors) == pytest.approx(0.0, abs=1e-12)
    assert factor_vae_score(twice, factors) == 1.0


def test_factors_turned_by_45_degrees_lose_their_gap_and_their_score(factors):
    x, y = factors[:, 3], factors[:, 4]
    turned = np.stack([x + y, x - y], axis=1)
    assert mutual_information_gap(turned, factors[:, 3:]) == pytest.approx(
        0.0, abs=0.01
    )
    assert factor_vae_score(turned, factors[:, 3:]) == pytest.approx(1 / 2, abs=0.03)


def test_one_latent_has_nothing_beside_it(factors):
    assert mutual_information_gap(factors[:, 1:2], factors[:, 1:2]) == pytest.approx(
        1.0
    )
    assert factor_vae_score(factors[:, :1], factors) == pytest.approx(1 / 5, abs=0.02)


def test_collapsed_latents_take_no_part(factors):
    collapsed = 1e-3 * np.random.default_rng(4).standard_normal((10_000, 3))
    latents = np.concatenate([factors, collapsed, np.full((10_000, 1), 2.5)], axis=1)
    assert factor_vae_score(latents, factors) == 1.0
    assert mutual_information_gap(latents, factors) == pytest.approx(1.0, abs=0.02)
    with pytest.warns(UserWarning, match="collapsed to a constant"):
        assert factor_vae_score(collapsed, factors) == 1 / 5
    assert mutual_information_gap(np.zeros((10_000, 2)), factors) == pytest.approx(
        0.0, abs=1e-12
    )


def test_the_score_follows_its_seed(factors):
    latents = mixed(factors)
    first, again, other = (
        factor_vae_score(latents, factors, seed=seed) for seed in (0, 0, 1)
    )
    assert first == again != other
    assert first == pytest.approx(other, abs=0.03)


def test_thousands_of_latents_are_measured_in_parts(factors):
    latents = np.random.default_rng(5).standard_normal((2_000, 4096), dtype="float32")
    latents[:, :5] = factors[:2_000]
    assert (
        factor_vae_score(latents, factors[:2_000], train_votes=200, eval_votes=100)
        == 1.0
    )
    assert mutual_information_gap(latents, factors[:2_000, :1]) > 0.9


def test_active_units_are_those_that_vary():
    means = np.random.default_rng(0).standard_normal((20_000, 5)) * np.sqrt(
        [0.0, 0.008, 0.012, 1.0, 40.0]
    )
    assert active_units(means) == 3
    assert active_units(means, threshold=0.001) == 4
    assert active_units(means[:, 3:4]) == 1


BAD = {
    "latents holds NaN or infinity in 2 of .* samples, first in sample 3": lambda z, v: (
        with_nan(z),
        v,
    ),
    "latents has 10000, factors has 9999": lambda z, v: (z, v[1:]),
    "factors holds 0.5 in row 0, column 2; give whole numbers": lambda z, v: (
        z,
        with_a_half(v),
    ),
    "factors has the one value 0 in all of column 1; leave": lambda z, v: (
        z,
        v * [1, 0, 1, 1, 1],
    ),
    "factors has the one value .* in all of column 0": lambda z, v: (z[:1], v[:1]),
}


def with_nan(latents):
    latents = latents.copy()
    latents[3, 1], latents[7, 0] = np.nan, np.inf
    return latents


def with_a_half(factors):
    factors = factors.astype("float64")
    factors[0, 2] = 0.5
    return factors


@pytest.mark.parametrize("message", BAD)
@pytest.mark.parametrize("score", [mutual_information_gap, factor_vae_score])
def test_bad_latents_and_factors_are_refused_with_the_reason(factors, message, score):
    with pytest.raises(ValueError, match=message):
        score(*BAD[message](mixed(factors), factors))


def test_too_few_samples_are_refused_with_the_number_that_is_needed(factors):
    with pytest.raises(
        ValueError,
        match="mutual_information_gap needs at least 320 samples; these are 300",
    ):
        mutual_information_gap(mixed(factors)[:300], factors[:300])
    with pytest.raises(
        ValueError,
        match=r"factors has only \d+ rows of one value in column 3; at least batch=64",
    ):
        factor_vae_score(mixed(factors)[:800], factors[:800])
    with pytest.raises(
        ValueError, match="active_units needs at least 2 samples; these are 1"
    ):
        active_units(np.zeros((1, 4)))
