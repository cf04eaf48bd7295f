"""Where pairs of images differ: chance is found as rarely as promised, an effect where it is."""

import numpy as np
import pytest

from kgen.metrics import paired_difference


def test_chance_is_found_in_about_five_of_a_hundred_cases():
    random = np.random.default_rng(0)
    found = [
        paired_difference(random.standard_normal((20, 6, 6)), 200).significant.any()
        for _ in range(300)
    ]
    assert 0.02 <= np.mean(found) <= 0.09


def test_a_planted_effect_is_found_where_it_is_and_nowhere_else():
    differences = np.random.default_rng(1).standard_normal((40, 16, 16))
    differences[:, 4:8, 4:8] += 1.5
    found = paired_difference(differences)
    assert found.significant[4:8, 4:8].all()
    outside = found.significant.copy()
    outside[4:8, 4:8] = False
    assert outside.sum() <= 1
    assert found.mean[4:8, 4:8].mean() == pytest.approx(1.5, abs=0.1)


def test_the_statistic_is_students():
    from scipy import stats

    differences = np.random.default_rng(2).standard_normal((12, 3))
    expected = stats.ttest_1samp(differences, 0).statistic
    np.testing.assert_allclose(paired_difference(differences).t, expected, rtol=1e-4)


def test_pixels_that_never_differ_show_nothing():
    differences = np.zeros((10, 4, 4))
    assert not paired_difference(differences).significant.any()


def test_too_few_pairs_are_refused():
    with pytest.raises(ValueError, match="of 5 pairs; at least 6"):
        paired_difference(np.ones((5, 2, 2)))
