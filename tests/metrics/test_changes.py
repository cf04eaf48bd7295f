import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from kgen.metrics import Unmeasurable, average_precision
from kgen.metrics.changes import mean_change, mean_correlation, ridge, rival, rivals

RANDOM = np.random.default_rng(0)
BEFORE = RANDOM.normal(size=(60, 5)).astype("float32")


@pytest.mark.parametrize(("factor", "expected"), [(2.0, 1.0), (-1.0, -1.0), (0.0, 0.0)])
def test_correlation_is_of_the_features_of_each_value(factor, expected):
    assert mean_correlation(factor * BEFORE + 3.0, BEFORE) == pytest.approx(
        expected, abs=1e-5
    )


def test_the_mean_change_is_added_to_new_values():
    after = BEFORE + np.arange(5)
    np.testing.assert_allclose(
        mean_change(BEFORE, after, BEFORE[:2]), after[:2], rtol=1e-5
    )


@pytest.mark.parametrize("shape", [(5,), (5, 1, 1)])
def test_ridge_finds_a_linear_change(shape):
    after = (BEFORE @ RANDOM.normal(size=(5, 5))).reshape(-1, *shape)
    foretold = ridge(BEFORE.reshape(-1, *shape), after, BEFORE.reshape(-1, *shape))
    np.testing.assert_allclose(foretold, after, atol=0.05)


@pytest.mark.parametrize("name", rivals())
def test_rivals_read_a_response_by_a_sum(name):
    labels = (BEFORE[:, 0] + BEFORE[:, 1] > 0).astype(int)
    read = rival(name, BEFORE[:40], labels[:40], BEFORE[40:], 2)
    assert read.shape == (20, 2) and np.mean(read.argmax(axis=1) == labels[40:]) > 0.8


def test_average_precision_is_of_the_second_of_two_classes():
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3]])
    assert average_precision(probabilities, np.array([0, 1, 0, 1])) == pytest.approx(
        (1 + 2 / 3) / 2
    )


@pytest.mark.parametrize("digits", [1, 2, 9])  # of one, many values are equal
def test_average_precision_is_that_of_scikit_learn(digits):
    random = np.random.default_rng(digits)
    given = np.round(random.random((200, 2)), digits)
    labels = (random.random(200) < 0.3).astype(int)
    expected = average_precision_score(labels, given[:, 1])
    assert average_precision(given, labels) == pytest.approx(expected, abs=1e-12)


def test_average_precision_leaves_out_classes_that_do_not_occur():
    labels = np.array([0, 2, 0, 2])
    assert average_precision(np.eye(3)[labels], labels) == 1.0
    with pytest.raises(Unmeasurable, match="all 4 values are of one"):
        average_precision(np.eye(3)[labels], np.zeros(4, int))


def test_a_rival_gives_a_class_that_training_lacks_no_probability():
    labels = np.where(BEFORE[:, 0] > 0, 2, 0)
    read = rival("forest", BEFORE, labels, BEFORE, 3)
    np.testing.assert_array_equal(read.argmax(axis=1), labels)
    np.testing.assert_array_equal(read[:, 1], 0.0)


@pytest.mark.parametrize(("rare", "reason"), [(0, "all 60 training values are of one"),
                                              (2, "class 1 has 2 training values")])  # fmt: skip
def test_a_rival_without_enough_of_each_class_has_no_number(rare, reason):
    labels = (np.arange(60) < rare).astype(int)
    with pytest.raises(Unmeasurable, match=reason):
        rival("ridge", BEFORE, labels, BEFORE, 2)
