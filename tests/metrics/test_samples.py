"""Distances between two feature sets, against closed forms, formulas and established packages."""

import numpy as np
import pytest
from prdc import compute_prdc
from scipy import linalg
from sklearn.metrics.pairwise import polynomial_kernel

from kgen.metrics import (
    frechet_distance,
    kernel_distance,
    memorisation,
    near_copies,
    precision_recall,
    two_sample_accuracy,
)
from kgen.metrics.frechet import frechet_distance_of_moments


def normal(n, d, mean=0.0, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d)) + mean


def test_frechet_distance_of_two_gaussians():
    moments = np.zeros(2), np.eye(2), np.array([1.0, 0.0]), 4 * np.eye(2)
    assert frechet_distance_of_moments(*moments) == pytest.approx(3.0, abs=1e-6)


def test_frechet_distance_equals_the_formula_with_a_matrix_root():
    real, fake = normal(400, 6) @ normal(6, 6, seed=2), normal(400, 6, 0.5, seed=1) ** 2
    a, b = np.cov(real.T), np.cov(fake.T)
    difference = real.mean(0) - fake.mean(0)
    expected = difference @ difference + np.trace(a + b - 2 * linalg.sqrtm(a @ b).real)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-9)


def test_frechet_distance_of_dead_features_is_never_negative():
    # Features that are 0 everywhere, as after a ReLU, make the covariance singular.
    real = np.concatenate([normal(300, 4), np.zeros((300, 40))], axis=1)
    assert 0 <= frechet_distance(real, real) < 1e-6


def written_out(x, y):
    xx, yy, xy = (
        polynomial_kernel(a, b, degree=3, gamma=1 / x.shape[1], coef0=1)
        for a, b in ((x, x), (y, y), (x, y))
    )
    others = ~np.eye(len(x), dtype=bool)
    return xx[others].mean() + yy[others].mean() - 2 * xy.mean()


def test_kernel_distance_equals_the_formula_of_scikit_learns_kernel():
    real, fake = normal(300, 20), normal(300, 20, 0.3, seed=1)
    assert kernel_distance(real, fake) == pytest.approx(
        written_out(real, fake), abs=1e-5
    )


def test_kernel_distance_in_blocks_is_near_that_of_the_whole():
    real, fake = normal(2500, 10), normal(2500, 10, 0.3, seed=1)
    assert kernel_distance(real, fake) == pytest.approx(
        written_out(real, fake), rel=0.05
    )


def test_kernel_distance_of_one_source_is_about_zero_with_either_sign():
    values = [
        kernel_distance(normal(200, 8, seed=seed), normal(200, 8, seed=100 + seed))
        for seed in range(20)
    ]
    assert min(values) < 0 < max(values)
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(20)


@pytest.mark.parametrize("k", [1, 5])
def test_precision_recall_density_and_coverage_equal_those_of_prdc(k, capsys):
    real, fake = normal(1200, 8), 0.8 * normal(1200, 8, 0.4, seed=1)
    assert precision_recall(real, fake, k) == pytest.approx(
        compute_prdc(real, fake, nearest_k=k), abs=1e-4
    )


@pytest.mark.slow
def test_precision_recall_density_and_coverage_of_ten_thousand(capsys):
    real, fake = normal(10_000, 1000), normal(10_000, 1000, seed=1)
    found = precision_recall(real, fake)
    assert found == pytest.approx(compute_prdc(real, fake, nearest_k=5), abs=1e-4)
    # prdc's readme shows one unseeded draw: over draws precision varies by .02, density by .1.
    published = {"precision": 0.4772, "recall": 0.4705, "coverage": 0.9735}
    assert found == pytest.approx({**published, "density": found["density"]}, abs=0.05)
    assert found["density"] == pytest.approx(1.0555, abs=0.25)


def test_two_samples_of_one_source_are_not_told_apart_and_others_are():
    real, same, other = (
        normal(1500, 5),
        normal(1500, 5, seed=1),
        normal(1500, 5, 3.0, seed=2),
    )
    assert two_sample_accuracy(real, same) == pytest.approx(
        0.5, abs=3 / (2 * np.sqrt(1500))
    )
    assert two_sample_accuracy(real, other) > 0.99


def test_two_samples_are_balanced_whatever_their_numbers():
    # Were they not, always saying "fake" would be right 97 times in 100.
    assert two_sample_accuracy(normal(40, 3), normal(1500, 3, seed=1)) < 0.8


def test_a_collapsed_generator_is_told_from_real_images_however_black():
    assert two_sample_accuracy(np.zeros((30, 4)), np.zeros((30, 4))) == 0.5
    assert two_sample_accuracy(normal(30, 4), np.zeros((30, 4))) > 0.9


def test_memorisation_knows_real_images_copies_and_noise():
    training, held_out, new = (
        normal(3000, 6),
        normal(1000, 6, seed=1),
        normal(1000, 6, seed=2),
    )
    assert memorisation(new, held_out, training) == pytest.approx(
        0.5, abs=3 * np.sqrt(1 / 6000)
    )
    assert memorisation(held_out, held_out, training) == 0.5
    assert memorisation(training, held_out, training) == 1.0
    assert memorisation(10 * new, held_out, training) < 0.05
    assert near_copies(new, held_out, training) == pytest.approx(0.05, abs=0.025)
    assert near_copies(held_out, held_out, training) == pytest.approx(0.05, abs=0.002)
    assert near_copies(training, held_out, training) == 1.0
    assert near_copies(10 * new, held_out, training) == 0.0


@pytest.mark.parametrize(
    "measure", [frechet_distance, kernel_distance, precision_recall]
)
def test_wrong_features_are_named(measure):
    real, fake = normal(50, 4), normal(50, 4, seed=1)
    with pytest.raises(
        ValueError, match=r"real is \(50, 4\) and fake \(49, 4\).*depends on the number"
    ):
        measure(real, fake[:49])
    fake[7, 1] = np.nan
    with pytest.raises(
        ValueError,
        match=r"fake holds NaN or infinity in 1 of 50 samples, first in sample 7",
    ):
        measure(real, fake)


@pytest.mark.parametrize(
    ("measure", "bears", "width"),
    [
        (frechet_distance, 5, 4),
        (kernel_distance, 2, 4),
        (precision_recall, 6, 4),
        (two_sample_accuracy, 20, 4),
    ],
)
def test_too_few_samples_are_refused_with_the_number_it_takes(measure, bears, width):
    assert measure(normal(bears, width), normal(bears, width, seed=1)) is not None
    with pytest.raises(
        ValueError, match=rf"needs at least {bears} samples; these are {bears - 1}"
    ):
        measure(normal(bears - 1, width), normal(bears - 1, width, seed=1))
