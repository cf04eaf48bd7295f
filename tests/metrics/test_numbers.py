"""What is measured for estimated numbers, against closed forms."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from kgen.metrics import (
    CATALOGUE,
    Evidence,
    Unmeasurable,
    conformal_reach,
    interval_coverage,
    interventions,
    ridge_estimates,
    shrinkage,
    stretched,
)
from kgen.metrics.ridge import ALPHAS


def random(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("count", "level", "rank"), [(9, 0.9, 9), (19, 0.9, 18), (99, 0.9, 90), (9, 0.5, 5)]
)
def test_the_reach_is_the_error_of_the_conformal_rank(count, level, rank):
    errors = random().permutation(np.arange(1.0, count + 1))
    signs = random().choice([-1, 1], count)
    assert conformal_reach(50.0 + signs * errors, np.full(count, 50.0), level) == rank


def test_too_few_validation_values_have_no_reach():
    with pytest.raises(
        Unmeasurable,
        match="an interval at 90% needs at least 9 validation values; these are 8",
    ):
        conformal_reach(np.arange(8.0), np.zeros(8))


def test_intervals_hold_their_share_of_new_numbers_on_average():
    covered = []
    for seed in range(200):
        errors = random(seed).standard_t(3, 59 + 200)
        covered.append(
            interval_coverage(
                errors[59:], np.zeros(200), conformal_reach(errors[:59], np.zeros(59))
            )
        )
    assert np.mean(covered) == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize("slope", [0.0, 0.25, 1.0, 1.3])
def test_shrinkage_is_what_estimates_lose_of_the_slope(slope):
    numbers = random().uniform(20, 80, 500)
    assert shrinkage(30.0 + slope * numbers, numbers) == pytest.approx(
        1.0 - slope, abs=1e-9
    )


def test_the_correction_undoes_a_line_exactly_and_knows_no_number_that_it_estimates():
    known, new = random().uniform(20, 80, 50), random(1).uniform(20, 80, 40)
    np.testing.assert_allclose(
        stretched(30.0 + 0.4 * new, 30.0 + 0.4 * known, known), new
    )


def test_what_does_not_follow_the_numbers_is_not_stretched():
    numbers = random().uniform(20, 80, 50)
    with pytest.raises(
        Unmeasurable, match="with a slope of 0.00; at least 0.05 is needed"
    ):
        stretched(np.full(3, 50.0), np.full(50, 50.0), numbers)
    with pytest.raises(Unmeasurable, match="all numbers are the same"):
        shrinkage(numbers, np.full(50, 40.0))


def test_interventions_are_the_mean_over_all_orders():
    true, found = random().normal(size=(40, 3)), random(1).normal(size=(40, 3))
    weights = np.array([3.0, -2.0, 1.0])
    curve = interventions(lambda c: c @ weights, found, true, true @ weights)
    by_order = []
    for order in ([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]):
        concepts = found.copy()
        errors = [np.abs((concepts - true) @ weights).mean()]
        for concept in order:
            concepts[:, concept] = true[:, concept]
            errors.append(np.abs((concepts - true) @ weights).mean())
        by_order.append(errors)
    np.testing.assert_allclose(curve.mean, np.mean(by_order, axis=0))
    np.testing.assert_allclose(curve.least, np.min(by_order, axis=0))
    np.testing.assert_allclose(curve.greatest, np.max(by_order, axis=0))
    assert curve.mean[3] == 0.0 and (np.diff(curve.mean) < 0).all()


def test_too_many_concepts_have_too_many_orders():
    many = np.zeros((2, 11))
    with pytest.raises(Unmeasurable, match="11 concepts have too many orders"):
        interventions(lambda c: c[:, 0], many, many, np.zeros(2))


def test_the_ridge_is_scikit_learns_of_scaled_measures():
    x = random().normal([5.0, 1e6], [1.0, 1e5], (60, 2))
    new = random(1).normal([5.0, 1e6], [1.0, 1e5], (20, 2))
    y = 2.0 * x[:, 0] + 1e-5 * x[:, 1] + random(2).normal(size=60)
    scaler = StandardScaler().fit(x)
    fits = [
        Ridge(alpha).fit(scaler.transform(x), y).predict(scaler.transform(new))
        for alpha in ALPHAS
    ]
    found = ridge_estimates(x, y, new)
    assert min(np.abs(found - each).max() for each in fits) < 1e-6


@pytest.mark.parametrize(
    "name", ["mean_absolute_error", "r_squared", "bias", "shrinkage"]
)
def test_numbers_stand_with_their_interval_over_subjects(name):
    numbers = random().uniform(20, 80, 100)
    estimates = numbers + random(1).normal(0, 5, 100)
    parts = {"estimates": lambda _: estimates, "numbers": lambda _: numbers}
    evidence = Evidence(**parts)
    low, high = CATALOGUE[name].interval(evidence)
    assert low < CATALOGUE[name].measure(evidence) < high
    wider = Evidence(**parts, units=lambda _: np.arange(100) // 20)
    assert np.diff(CATALOGUE[name].interval(wider)) > 0
