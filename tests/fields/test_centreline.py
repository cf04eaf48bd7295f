"""Centrelines of vessels as splines of constant speed."""

import numpy as np
import pytest
from keras import ops

from kgen.data.arteries import Arteries
from kgen.data.arteries.centrelines import resampled
from kgen.fields import Centreline
from kgen.metrics import vessels

POINTS = 64


@pytest.fixture(scope="module")
def arteries():
    drawn = [
        Arteries(0).artery(person, branch)
        for person in range(20)
        for branch in ("LAD", "RCA")
    ]
    return np.stack([resampled(artery.points, POINTS) for artery in drawn]).astype(
        "float32"
    )


@pytest.fixture(scope="module")
def field(arteries):
    return Centreline.of(arteries, "x").fitted(arteries)


def test_arteries_come_back_in_mm(field, arteries):
    again = field.unscaled(field.scaled(arteries))
    apart = np.linalg.norm((again - arteries)[..., :3], axis=2)
    assert apart.mean() < 0.02 and apart.max() < 1.5
    assert np.abs(again - arteries)[..., 3].mean() < 0.02
    np.testing.assert_allclose(
        vessels.length(again), vessels.length(arteries), rtol=2e-3
    )
    np.testing.assert_allclose(
        vessels.tortuosity(again), vessels.tortuosity(arteries), rtol=0.01
    )


def test_the_more_coefficients_the_nearer(arteries):
    errors = []
    for count in (8, 16, 32):
        own = Centreline.of(arteries, "x", count).fitted(arteries)
        errors.append(np.abs(own.unscaled(own.scaled(arteries)) - arteries).mean())
    assert errors[0] > 2 * errors[1] > 4 * errors[2]


def test_a_vessel_may_lie_anywhere(field, arteries):
    moved = arteries + np.float32([100.0, -50.0, 7.0, 0.0])
    np.testing.assert_allclose(field.scaled(moved), field.scaled(arteries), atol=1e-3)
    assert (field.unscaled(field.scaled(moved))[:, 0, :3] == 0).all()


def test_whatever_networks_put_out_is_a_vessel_of_equal_steps(field):
    noise = (
        np.random.default_rng(0).normal(0.0, 1.0, (50, *field.shape)).astype("float32")
    )
    made = field.unscaled(noise)
    field.check(made, "x")
    smooth = field.unscaled(np.zeros((1, *field.shape), "float32"))
    steps = np.linalg.norm(np.diff(smooth[..., :3], axis=1), axis=2)
    np.testing.assert_allclose(steps, steps.mean(), rtol=1e-3)
    assert (made[..., 3] > 0).all() and (made[:, 0, :3] == 0).all()
    np.testing.assert_allclose(
        field.unscaled(ops.convert_to_tensor(noise)), made, atol=1e-2
    )


def test_speed_along_the_spline_does_not_change_the_shape(field, arteries):
    """The same line with twice the coefficients is twice as long and has the same directions."""
    scaled = field.scaled(arteries)
    mean, deviation = np.float32(field.mean), np.float32(field.deviation)
    doubled = (2 * (scaled * deviation + mean) - mean) / deviation
    single, double = field.unscaled(scaled), field.unscaled(doubled)
    np.testing.assert_allclose(double[..., :3], 2 * single[..., :3], atol=1e-2)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda x: x[:, :, :3],
            r"shape \(40, 64, 3\); this model takes centrelines of shape \(n, 64, 4\)",
        ),
        (lambda x: x[:, :50], r"shape \(40, 50, 4\)"),
        (
            lambda x: np.where(np.arange(4) == 3, np.nan, x),
            "NaN or infinity, first in centreline 0",
        ),
        (
            lambda x: x * np.float32([1, 1, 1, -1]),
            "A radius is above 0: mend or remove these",
        ),
    ],
)
def test_what_is_no_centreline_is_refused(change, told, field, arteries):
    with pytest.raises(ValueError, match=told):
        field.check(change(arteries), "x")


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (7, "coefficients=7 is not a whole number from 8 to 64"),
        (65, "Take fewer, or resample"),
    ],
)
def test_the_number_of_coefficients_is_checked(count, told, arteries):
    with pytest.raises(ValueError, match=told):
        Centreline.of(arteries, "x", count)
