"""Centrelines of vessels as splines of the turns of a frame."""

import numpy as np
import pytest
from keras import ops
from scipy.spatial.transform import Rotation

from kgen.data.arteries import Arteries
from kgen.data.arteries.centrelines import resampled
from kgen.fields import Centreline
from kgen.fields.splines import Splines
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


@pytest.mark.parametrize(("points", "count"), [(24, 16), (24, 8), (64, 62)])
def test_the_radius_has_twice_as_many_coefficients_and_no_more_than_points(
    points, count, arteries
):
    x = np.stack([resampled(artery, points) for artery in arteries[:4]])
    field = Centreline.of(x, "x", count).fitted(x)
    assert field.coefficients == count
    assert field.shape == (3 + 2 * count + min(2 * count, points),)
    again = field.unscaled(field.scaled(x))
    assert np.abs(again - x)[..., 3].mean() < 0.02


def test_a_stenosis_keeps_its_depth(field, arteries):
    again = vessels.narrowing(field.unscaled(field.scaled(arteries)))
    true = vessels.narrowing(arteries)
    deep = true > 0.25
    assert deep.sum() > 5
    np.testing.assert_allclose(again[deep], true[deep], atol=0.05)


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


def test_the_first_number_is_the_logarithm_of_the_length(field, arteries):
    numbers = field.scaled(arteries)
    numbers[:, 0] += np.log(2) / field.deviation[0]
    single, double = field.unscaled(field.scaled(arteries)), field.unscaled(numbers)
    np.testing.assert_allclose(double[..., :3], 2 * single[..., :3], atol=1e-2)
    np.testing.assert_array_equal(double[..., 3], single[..., 3])


def test_a_turned_vessel_changes_in_its_first_direction_alone(arteries):
    """Turned about its first step, a vessel has its bends turned; their sizes stay."""
    field = Centreline.of(arteries, "x").fitted(arteries)
    turn = Rotation.from_rotvec([0.3, -0.2, 0.5]).as_matrix()
    turned = np.concatenate([arteries[..., :3] @ turn.T, arteries[..., 3:]], axis=-1)
    moved = field.replaced(heading=(turn @ field.heading).tolist())
    bends, again = (
        own._numbers(x.astype("float32"))[:, own._bends].reshape(len(x), -1, 2)
        for own, x in ((field, arteries), (moved, turned))
    )
    np.testing.assert_allclose(*(norms(part) for part in (bends, again)), atol=1e-4)


def norms(bends):
    """Inner products of the coefficients with each other: what a turn of the frame leaves."""
    return bends @ bends.transpose(0, 2, 1)


def test_a_stenosis_neither_drowns_smooth_vessels_nor_grows(field, arteries):
    """Details are of the order of 1, and larger ones than in training are brought back."""
    details = field.scaled(arteries)[:, field._details]
    assert np.median(np.abs(details * np.float32(field.deviation)[field._details])) < 2
    numbers = field.scaled(arteries)
    numbers[:, field._details] = 1e3
    widest = np.sinh(np.float32(field.high)[field._details]) * field._grain
    radii = field.unscaled(numbers)[..., 3]
    again = field._splines.radius_fit @ np.log(radii)[..., None]
    np.testing.assert_allclose(again[:, 6:, 0], np.tile(widest, (40, 1)), atol=1e-3)


def test_straight_vessels_of_one_radius_are_learnt_too():
    line = np.linspace(0, 1, 24)[:, None] * [1.0, 2.0, 2.0]
    x = np.stack(
        [np.column_stack([size * line, np.full(24, 1.5)]) for size in (20, 30)]
    )
    field = Centreline.of(x, "x").fitted(x)
    np.testing.assert_allclose(field.unscaled(field.scaled(x)), x, atol=1e-3)


def test_vessels_whose_directions_cancel_each_other_are_learnt_too(arteries):
    x = np.concatenate([arteries[:1], arteries[:1] * np.float32([-1, -1, -1, 1])])
    field = Centreline.of(x, "x").fitted(x)
    apart = np.linalg.norm((field.unscaled(field.scaled(x)) - x)[..., :3], axis=2)
    assert apart.max() < 0.5


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
        (
            lambda x: np.concatenate([x[:, :6], x[:, 5:-1]], axis=1),
            "repeats point 5 in centreline 0, and a point in 40 of 40.*resample with",
        ),
    ],
)
def test_what_is_no_centreline_is_refused(change, told, field, arteries):
    with pytest.raises(ValueError, match=told):
        field.check(change(arteries), "x")


def test_unequal_steps_are_refused_and_those_of_bends_are_not(field, arteries):
    uneven = resampled(arteries[7], 96)[np.r_[0:32, 32:96:2]]
    with pytest.raises(
        ValueError, match="in centreline 7, and more than 1.5 .* in 1 of 40"
    ):
        field.check(np.where(np.arange(40)[:, None, None] == 7, uneven, arteries), "x")
    field.check(np.stack([resampled(uneven, POINTS)]), "x")


@pytest.mark.parametrize("coefficients", [8, 16, 32, POINTS - 2])
def test_details_are_orthonormal_and_follow_cosines(coefficients):
    details = Splines.of(POINTS, 8, coefficients, 6).radius[:, 6:].astype(float)
    places = np.linspace(0.0, np.pi, POINTS)
    shares = details.T @ np.cos(np.outer(places, np.arange(6, coefficients)))
    np.testing.assert_allclose(details.T @ details, np.eye(coefficients - 6), atol=1e-5)
    np.testing.assert_allclose(np.tril(shares, -1), 0.0, atol=1e-4)
    assert (np.diag(shares) > 0).all()


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (7, "coefficients=7 is not a whole number from 8 to 62"),
        (63, "Take a number in this range, or resample to more points"),
    ],
)
def test_the_number_of_coefficients_is_checked(count, told, arteries):
    with pytest.raises(ValueError, match=told):
        Centreline.of(arteries, "x", count)


def test_the_field_of_an_earlier_version_says_so():
    for shape, grain in (((16, 4), 1.0), ((51,), [0.1] * 10)):
        with pytest.raises(ValueError, match="earlier version of kgen. Train it anew"):
            Centreline(shape, POINTS, grain=grain)
