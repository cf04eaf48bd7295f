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
    assert relative_diversity(
        np.repeat(images[:1], 60, axis=0), images
    ) == pytest.approx(0.0, abs=1e-6)


def test_two_images_in_turns_are_found_though_they_are_far_apart(images):
    turns = np.concatenate([images[:30] * 0 + 1, images[:30] * 0 - 1])
    assert relative_diversity(turns, images) == pytest.approx(0.0, abs=1e-6)


def test_with_labels_only_images_of_one_class_are_compared(images):
    labels = np.arange(60) % 3
    each = labels[:, None, None, None] * np.ones_like(images)
    assert (
        relative_diversity(each, images) < 0.01
        and relative_diversity(each, images, labels) == 0.0
    )
    shifted = images + 100.0 * each  # classes apart do not make a class diverse
    assert relative_diversity(shifted, images, labels) == pytest.approx(1.0)
    assert relative_diversity(shifted / 2, images, labels) == pytest.approx(0.5)


CASES = {
    "real images of two each": (np.repeat(np.arange(30), 2), None),
    "real images that are all equal": (np.zeros(60, int), None),
    "one image per class": (np.arange(60), np.arange(60)),
    "one image per class but for one": (np.arange(60), np.maximum(np.arange(60), 1)),
    "a class of equal images": (
        np.repeat([0, *range(1, 31)], [30, *[1] * 30]),
        np.repeat([0, 1], 30),
    ),
    "two images": (np.arange(2), None),
}


@pytest.mark.parametrize("case", CASES)
def test_diversity_is_a_number_that_shows_a_collapse(images, case):
    chosen, labels = CASES[case]
    real = images[chosen]
    collapsed = np.full_like(real, 0.5)
    assert relative_diversity(real, real, labels) == pytest.approx(1.0)
    found = relative_diversity(collapsed, real, labels)
    # Beside images that are all equal, nothing is a collapse.
    assert found == (1.0 if np.ptp(real, axis=0).max() == 0 else 0.0)
    assert np.isfinite(relative_diversity(images[::-1][: len(real)] * 3, real, labels))


def test_samples_of_one_image_a_class_that_lie_half_as_far_apart_are_half_as_diverse(
    images,
):
    assert relative_diversity(images / 2, images, np.arange(60)) == pytest.approx(0.5)
