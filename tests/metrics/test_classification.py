"""What is measured of a classifier: closed forms, and intervals that cover what they promise."""

import time

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from kgen.metrics import (
    Unmeasurable,
    accuracy,
    area_under_roc,
    calibration_error,
    interval,
    negative_log_likelihood,
)
from kgen.metrics.calibration import reliability

RANDOM = np.random.default_rng(0)


def two_gaussians(distance, count=20_000):
    """Probabilities of the second of two classes of unit Gaussians, by Bayes, and the labels."""
    labels = np.arange(count) % 2
    x = RANDOM.standard_normal(count) + distance * labels
    second = 1 / (1 + np.exp(-distance * (x - distance / 2)))
    return np.stack([1 - second, second], axis=1), labels


@pytest.mark.parametrize(
    ("distance", "area"), [(1.0, 0.7602), (2.0, 0.9214), (2.5, 0.9615)]
)
def test_the_area_of_two_gaussians_is_that_of_the_theory(distance, area):
    probabilities, labels = two_gaussians(distance)
    assert area_under_roc(probabilities, labels) == pytest.approx(area, abs=0.006)
    assert area == pytest.approx(stats.norm.cdf(distance / np.sqrt(2)), abs=1e-4)


def test_the_probabilities_of_bayes_are_calibrated_and_sharper_ones_are_not():
    probabilities, labels = two_gaussians(1.0)
    assert calibration_error(probabilities, labels) < 0.01
    sure = probabilities**4 / (probabilities**4).sum(axis=1, keepdims=True)
    assert calibration_error(sure, labels) > 0.1


def test_calibration_error_of_one_bin_is_by_hand():
    probabilities = np.array([[0.8, 0.2]] * 10)
    labels = np.array([0] * 6 + [1] * 4)
    assert calibration_error(probabilities, labels) == pytest.approx(0.2)
    confidence, right, counts = reliability(probabilities, labels)
    np.testing.assert_allclose([confidence, right, counts], [[0.8], [0.6], [10]])
    expected = -(0.6 * np.log(0.8) + 0.4 * np.log(0.2))
    assert negative_log_likelihood(probabilities, labels) == pytest.approx(expected)


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_the_area_is_that_of_scikit_learn_with_ties_too(classes):
    probabilities = np.round(RANDOM.dirichlet(np.ones(classes), 200), 1)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    labels = RANDOM.integers(0, classes, 200)
    given = probabilities[:, 1] if classes == 2 else probabilities
    assert area_under_roc(probabilities, labels) == pytest.approx(
        roc_auc_score(labels, given, multi_class="ovr")
    )


def test_a_class_that_no_value_has_is_left_out_of_the_area():
    labels = np.arange(300) % 3
    assert area_under_roc(np.eye(4)[labels], labels) == 1.0
    blind = np.array([[0.2, 0.2, 0.6], [0.2, 0.7, 0.1]])  # to the first class
    assert area_under_roc(blind, np.array([2, 0])) == 0.75


def test_values_of_one_class_or_of_one_person_bear_no_area_and_no_interval():
    with pytest.raises(Unmeasurable, match="all 3 values are of one"):
        area_under_roc(np.full((3, 2), 0.5), np.ones(3, int))
    with pytest.raises(Unmeasurable, match="no resample"):
        interval(area_under_roc, (np.full((3, 2), 0.5), np.ones(3, int)))
    with pytest.raises(Unmeasurable, match="at least 2"):
        interval(accuracy, (np.ones(3), np.ones(3)), units=["P1"] * 3)


def test_an_interval_of_ten_thousand_values_takes_seconds():
    labels = np.arange(10_000) % 10
    probabilities = RANDOM.dirichlet(np.ones(10), 10_000)
    began = time.process_time()
    low, high = interval(area_under_roc, (probabilities, labels))
    assert time.process_time() - began < 20 and low < 0.5 < high


def test_several_classes_are_ranked_one_against_the_rest():
    labels = np.arange(300) % 3
    assert area_under_roc(np.eye(3)[labels], labels) == 1.0
    assert area_under_roc(np.full((300, 3), 1 / 3), labels) == pytest.approx(0.5)


def test_an_interval_of_accuracy_is_that_of_the_binomial_distribution():
    right = (np.arange(200) < 160).astype(int)
    low, high = interval(accuracy, (right, np.ones(200, int)))
    expected = stats.binom.ppf([0.025, 0.975], 200, 0.8) / 200
    assert (low, high) == pytest.approx(tuple(expected), abs=0.011)


def test_values_of_one_person_make_the_interval_as_wide_as_that_of_the_persons():
    right = np.repeat(np.arange(40) < 32, 10).astype(int)
    persons = np.repeat(np.arange(40), 10)
    alone = interval(accuracy, (right[::10], np.ones(40, int)))
    grouped = interval(accuracy, (right, np.ones(400, int)), units=persons)
    assert grouped == pytest.approx(alone, abs=0.011)
    assert np.ptp(interval(accuracy, (right, np.ones(400, int)))) < 0.5 * np.ptp(
        grouped
    )


def test_an_interval_holds_the_truth_as_often_as_it_says():
    held = 0
    for _ in range(60):
        right = (RANDOM.random(150) < 0.7).astype(int)
        low, high = interval(accuracy, (right, np.ones(150, int)))
        held += low <= 0.7 <= high
    assert held >= 51  # of 57 expected; fewer have a probability of 1 in 100
