"""Measured ventricles and cortex of phantoms match the truth, however an image was drawn."""

import numpy as np
import pytest
from scipy import ndimage

from kgen.data.phantoms import Brains
from kgen.data.phantoms.person import grey_levels, upright
from kgen.metrics import Unmeasurable
from kgen.metrics.anatomy import (
    cortical_thickness,
    group_distance,
    group_effect,
    share_of_sign,
    ventricle_area,
    ventricles,
)

PERSONS = 24


@pytest.fixture(scope="module", params=[64, 96])
def phantoms(request):
    """Images of persons, every other one with the disease, the size of a pixel and the truth."""
    brains = Brains(size=request.param)
    persons = [brains.subject((0, number), number % 2) for number in range(PERSONS)]
    images = (
        np.stack([upright(grey_levels(person.image)) for person in persons])[..., None]
        / 255
    )
    names = "ventricle_area_mm2", "cortical_thickness_mm"
    truth = {
        name: np.array([person.measures[name] for person in persons]) for name in names
    }
    return images.astype("float32"), (brains.spacing,) * 2, truth


def blurred(images):
    return ndimage.gaussian_filter(images, (0, 0.6, 0.6, 0))


@pytest.mark.parametrize(
    "drawn",
    [
        np.asarray,
        blurred,
        lambda images: 0.5 * images,
        lambda images: 0.1 + 0.8 * images,
    ],
)
def test_ventricles_are_as_large_as_the_truth_whatever_the_brightness(drawn, phantoms):
    images, spacing, truth = phantoms
    true, found = truth["ventricle_area_mm2"], ventricle_area(drawn(images), spacing)
    assert np.corrcoef(found, true)[0, 1] >= 0.97
    assert found.mean() == pytest.approx(true.mean(), rel=0.05)


def test_the_cortex_is_thinner_in_those_who_have_the_disease(phantoms):
    images, spacing, truth = phantoms
    found = cortical_thickness(images, spacing)
    well, ill = found[::2], found[1::2]
    assert well.mean() - ill.mean() > 0.5 * found.std()
    assert np.corrcoef(found, truth["cortical_thickness_mm"])[0, 1] > 0.3


def test_the_shares_of_pixels_add_up_to_the_area(phantoms):
    images, spacing, _ = phantoms
    shares = ventricles(images[:3], spacing)
    assert (
        shares.shape == images[:3].shape and shares.min() == 0.0 and shares.max() == 1.0
    )
    np.testing.assert_allclose(
        shares.sum(axis=(1, 2, 3)) * np.prod(spacing),
        ventricle_area(images[:3], spacing),
    )


@pytest.mark.parametrize("shade", [0.0, 0.5])
def test_images_of_one_shade_have_no_brain(shade):
    images = np.full((2, 64, 64, 1), shade, "float32")
    assert ventricle_area(images, (3.0, 3.0)).tolist() == [0.0, 0.0]
    assert np.isfinite(cortical_thickness(images, (3.0, 3.0))).all()


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="images holds NaN"):
        ventricle_area(np.full((1, 64, 64, 1), np.nan), (3.0, 3.0))


def test_groups_are_compared_class_by_class():
    same, other = np.arange(10.0), np.arange(10.0) + 100
    assert group_distance([same, other], [same, other]) == 0.0
    assert group_distance([same, same], [same, other]) == 1.0  # the worst class
    assert group_effect([same, other]) == 100.0
    assert share_of_sign([3.0, 1.0, -2.0, 0.0]) == 0.5


@pytest.mark.parametrize("groups", [[np.arange(3.0)], [np.arange(3.0), np.empty(0)]])
def test_what_has_no_other_class_has_no_effect(groups):
    with pytest.raises(Unmeasurable, match="one class|no images"):
        group_effect(groups)


def test_a_class_without_images_has_no_distance():
    with pytest.raises(Unmeasurable, match="a class has no images"):
        group_distance([np.arange(3.0), np.empty(0)], [np.arange(3.0), np.arange(3.0)])
