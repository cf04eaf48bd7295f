import numpy as np
import pytest

from kgen.metrics import relative_diversity


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(60, 4, 4, 1))


def test_images_beside_themselves_are_as_diverse(images):
    assert relative_diversity(images, images) == pytest.approx(1.0)


def test_images_half_as_far_apart_are_half_as_diverse(images):
    assert relative_diversity(3.0 + images / 2, images) == pytest.approx(0.5)


def test_one_image_again_and_again_is_not_diverse(images):
    assert relative_diversity(np.repeat(images[:1], 60, axis=0), images) == pytest.approx(0.0, abs=1e-6)


def test_two_images_in_turns_are_found_though_they_are_far_apart(images):
    turns = np.concatenate([images[:30] * 0 + 1, images[:30] * 0 - 1])
    assert relative_diversity(turns, images) == pytest.approx(0.0, abs=1e-6)


def test_with_labels_only_images_of_one_class_are_compared(images):
    labels = np.arange(60) % 3
    each = labels[:, None, None, None] * np.ones_like(images)
    assert relative_diversity(each, images) < 0.01 and relative_diversity(each, images, labels) == 0.0
    shifted = images + 100.0 * each  # classes apart do not make a class diverse
    assert relative_diversity(shifted, images, labels) == pytest.approx(1.0)
    assert relative_diversity(shifted / 2, images, labels) == pytest.approx(0.5)
