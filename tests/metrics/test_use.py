"""What generated images are good for, and how diverse they are."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from kgen.metrics import (
    ClassGaussian,
    class_similarity,
    classification_accuracy_score,
    ms_ssim,
    nearest_neighbour_error,
    two_sample_accuracy,
)
from kgen.metrics.similarity import POWERS, window_and_powers


@pytest.fixture(scope="module")
def train(digits):
    # The literature's numbers train on all that is not tested.
    images = np.concatenate([digits.train.scaled(), digits.validation.scaled()])
    return images, np.concatenate([digits.train.labels, digits.validation.labels])


@pytest.fixture(scope="module")
def test(digits):
    return digits.test.scaled(), digits.test.labels


def flat(images):
    return images.reshape(len(images), -1)


def test_scores_of_real_images_equal_those_of_scikit_learn(train, test):
    (x, y), (test_x, test_y) = train, test
    support_vectors = SVC(C=5).fit(flat(x), y).score(flat(test_x), test_y)
    assert classification_accuracy_score(x, y, *test) == pytest.approx(
        support_vectors, abs=1e-9
    )
    assert support_vectors == pytest.approx(0.9911, abs=1e-4)
    neighbours = KNeighborsClassifier(1).fit(flat(x), y).score(flat(test_x), test_y)
    assert nearest_neighbour_error(x, y, *test) == pytest.approx(
        1 - neighbours, abs=1e-9
    )
    assert neighbours == pytest.approx(0.9822, abs=1e-4)


def test_the_class_gaussian_scores_on_digits_what_is_known_of_it(train, test):
    baseline, scores, errors, told = ClassGaussian(*train), [], [], []
    for seed in range(3):
        images = baseline.generate(len(train[0]), train[1], seed)
        scores.append(classification_accuracy_score(images, train[1], *test))
        errors.append(nearest_neighbour_error(images, train[1], *test))
        told.append(two_sample_accuracy(train[0], images))
    assert 0.965 <= np.mean(scores) <= 0.985
    assert 0.030 <= np.mean(errors) <= 0.050
    # Its clipped pixels give it away; one Gaussian for all classes is told more easily still.
    assert 0.79 <= np.mean(told) <= 0.89
    assert (
        two_sample_accuracy(train[0], ClassGaussian(train[0]).generate(len(train[0])))
        > 0.94
    )


def test_the_class_gaussian_has_the_moments_of_its_class():
    random = np.random.default_rng(0)
    images = (
        0.5 + 0.02 * random.standard_normal((300, 4)) @ random.standard_normal((4, 4))
    ).reshape(300, 2, 2, 1)
    labels = np.arange(300) % 2
    drawn = flat(ClassGaussian(images, labels).generate(40_000, labels=1, seed=1))
    source = flat(images)[labels == 1]
    np.testing.assert_allclose(drawn.mean(0), source.mean(0), atol=1e-3)
    np.testing.assert_allclose(
        np.cov(drawn.T), np.cov(source.T), atol=0.03 * np.cov(source.T).max()
    )


def test_the_class_gaussian_generates_like_a_model(train):
    baseline = ClassGaussian(*train)
    images = baseline.generate(1203, seed=3)
    assert images.shape == (1203, 8, 8, 1) and images.dtype == "float32"
    assert images.min() == 0 and images.max() == 1
    np.testing.assert_array_equal(
        images, baseline.generate(1203, np.arange(1203) % 10, seed=3)
    )
    with pytest.raises(ValueError, match="labels holds 10, a class without images"):
        baseline.generate(5, labels=10)
    with pytest.raises(ValueError, match="Class 2 has one image"):
        ClassGaussian(train[0][:3], np.array([0, 0, 2]))


def test_a_class_without_images_is_never_drawn(train):
    baseline = ClassGaussian(train[0][:4], np.array([0, 0, 2, 2]))
    np.testing.assert_array_equal(
        baseline.generate(3, seed=1), baseline.generate(3, [0, 2, 0], seed=1)
    )


@pytest.mark.parametrize(
    "score", [classification_accuracy_score, nearest_neighbour_error]
)
def test_scores_need_two_classes_and_a_label_an_image(train, test, score):
    (x, y) = train
    with pytest.raises(
        ValueError, match=rf"{score.__name__} needs images of at least two classes"
    ):
        score(x[y == 3], y[y == 3], *test)
    with pytest.raises(ValueError, match=r"images has 1347, labels has 9"):
        score(x, y[:9], *test)


SHAPES = [(8, 8, 1), (9, 12, 3), (28, 28, 1), (45, 45, 3), (64, 48, 1), (177, 176, 1)]


@pytest.mark.parametrize("shape", SHAPES)
def test_ms_ssim_equals_tensorflows(shape):
    random = np.random.default_rng(0)
    first = random.random((3, *shape), dtype="float32")
    second = np.clip(
        first + 0.3 * random.standard_normal(first.shape, dtype="float32"), 0, 1
    )
    window, powers = window_and_powers(min(shape[:2]))
    expected = tf.image.ssim_multiscale(
        first, second, 1.0, power_factors=powers.tolist(), filter_size=window
    )
    np.testing.assert_allclose(ms_ssim(first, second), expected, atol=1e-5)
    np.testing.assert_allclose(ms_ssim(first, first), 1.0, atol=1e-5)


def test_the_scales_of_ms_ssim_are_as_many_as_the_image_bears():
    assert [
        len(window_and_powers(side)[1]) for side in (8, 21, 28, 43, 44, 175, 176, 1000)
    ] == [
        1,
        1,
        2,
        2,
        3,
        4,
        5,
        5,
    ]
    np.testing.assert_allclose(window_and_powers(176)[1], POWERS, atol=1e-3)
    assert window_and_powers(8)[0] == 8


def test_class_similarity_falls_with_diversity_within_the_classes():
    random = np.random.default_rng(0)
    prototypes, labels = (
        random.random((3, 16, 16, 1), dtype="float32"),
        np.arange(60) % 3,
    )
    copies = prototypes[labels]
    assert class_similarity(copies, labels) == pytest.approx(1.0, abs=1e-6)
    varied = np.clip(copies + 0.1 * random.standard_normal(copies.shape), 0, 1)
    noise = random.random(copies.shape)
    assert (
        class_similarity(noise, labels)
        < 0.1
        < 0.5
        < class_similarity(varied, labels)
        < 0.99
    )


def test_class_similarity_skips_a_class_of_one_and_pairs_no_image_with_itself():
    images = np.zeros((3, 8, 8, 1), "float32")
    images[1] = 1.0
    assert class_similarity(images, np.array([0, 0, 1])) < 0.01
    with pytest.raises(ValueError, match="needs a class with at least two images"):
        class_similarity(images, np.array([0, 1, 2]))
