"""Structures of an output that its truth lacks: planted ones are found, and no others."""

import numpy as np
import pytest

from kgen.metrics.structures import NewStructures

RANDOM = np.random.default_rng(0)
SHAPES = {"images": (40, 32, 40, 2), "volumes": (60, 14, 16, 15, 1)}
NOISE, WIDTH = 5.0, 1.5


@pytest.fixture(params=SHAPES, scope="module")
def calibrated(request):
    """Truth, and the structures found on outputs that differ from it by noise alone."""
    truth = RANDOM.uniform(0, 255, SHAPES[request.param])
    return truth, NewStructures(noisy(truth), truth, WIDTH)


def noisy(truth):
    return truth + RANDOM.normal(0, NOISE, truth.shape)


def places(truth, size=4, corner=6):
    """A cube in every second value."""
    planted = np.zeros(truth.shape, bool)
    planted[(slice(0, None, 2), *[slice(corner, corner + size)] * (truth.ndim - 2))] = (
        True
    )
    return planted


@pytest.mark.parametrize("contrast", [60.0, -60.0])
def test_planted_structures_are_found_where_they_are(calibrated, contrast):
    truth, structures = calibrated
    planted = places(truth)
    outputs = noisy(truth) + contrast * planted
    found = structures(outputs, truth)
    assert (
        found.shape == truth.shape
        and found[planted].mean() > 0.8 > 0.2 > found[~planted].mean()
    )
    has = structures.any(outputs, truth)
    assert has[::2].all() and has[1::2].mean() <= 0.2
    np.testing.assert_array_equal(has, found.any(axis=tuple(range(1, truth.ndim))))


def test_what_is_missing_is_found_as_what_is_added(calibrated):
    truth, structures = calibrated
    ill = truth + 60.0 * places(truth)
    np.testing.assert_array_equal(structures(truth, ill), structures(ill, truth))


def test_in_the_identity_and_in_kept_structures_nothing_is_found(calibrated):
    truth, structures = calibrated
    ill = truth + 60.0 * places(truth)
    for values in (truth, ill):
        assert not structures(values, values).any()
    assert not structures.any(
        np.zeros_like(truth, "uint8"), np.zeros_like(truth, "uint8")
    ).any()


def test_bytes_do_not_wrap_around(calibrated):
    truth, structures = calibrated
    black, grey = (
        np.zeros(truth.shape, "uint8"),
        np.where(places(truth), 60, 0).astype("uint8"),
    )
    assert structures.any(black, grey)[::2].all()


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.25])
def test_the_rate_of_false_alarms_is_the_one_asked_for(rate):
    truth = np.zeros((400, 12, 12, 1))
    outputs, others = noisy(truth), noisy(truth)
    structures = NewStructures(outputs, truth, WIDTH, rate=rate)
    assert rate - 1 / 400 <= structures.any(outputs, truth).mean() <= rate
    assert structures.any(others, truth).mean() == pytest.approx(rate, abs=0.05)


def test_the_width_is_in_the_unit_of_the_spacing():
    truth = np.zeros((4, 24, 24, 1))
    outputs = noisy(truth)
    one, other = (
        NewStructures(outputs, truth, 2.0),
        NewStructures(outputs, truth, 5.0, spacing=2.5),
    )
    assert one.threshold == other.threshold
    uneven = NewStructures(outputs, truth, 2.0, spacing=(1.0, 2.0))
    assert uneven.threshold > one.threshold


EMPTY, ONE = np.zeros((0, 8, 8, 1)), np.zeros((1, 8, 8, 1))


@pytest.mark.parametrize(
    ("pair", "options", "message"),
    [
        ((ONE, np.zeros((1, 8, 8, 3))), {}, "Give pairs of one shape"),
        ((EMPTY, EMPTY), {}, "found holds no outputs"),
        ((ONE, EMPTY), {}, r"found is \(1, 8, 8, 1\) and truth \(0, 8, 8, 1\)"),
        ((ONE + np.nan, ONE), {}, "found"),
        ((ONE, ONE + np.inf), {}, "truth"),
        ((ONE, ONE), {"width": 0.0}, "width=0.0 is not a finite number above 0"),
        ((ONE, ONE), {"spacing": 0.0}, "spacing=0.0 is not a finite number above 0"),
        ((ONE, ONE), {"rate": 1.0}, r"rate=1.0 is not a number in \[0.0, 1.0\)"),
    ],
)
def test_bad_values_are_named(pair, options, message):
    with pytest.raises(ValueError, match=message):
        NewStructures(*pair, **{"width": WIDTH, **options})
