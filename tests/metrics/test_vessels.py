"""Measures of vessels against closed forms."""

import numpy as np
import pytest

from kgen.metrics import vessels
from kgen.metrics.checks import Unmeasurable
from tests.metrics.shapes import coil, tube

NOISE = np.random.default_rng(0).normal(0.0, 0.05, (200, 64, 3))


def test_a_helix_has_its_length_and_curvature():
    helix = coil(radius=10.0, pitch=4.0, turns=2.0, points=2001)[None]
    whole = np.hypot(10.0, 4.0)
    assert vessels.length(helix)[0] == pytest.approx(4 * np.pi * whole, rel=1e-5)
    assert vessels.curvature(helix)[0] == pytest.approx(10.0 / whole**2, rel=1e-4)
    chord = 4.0 * 4 * np.pi
    assert vessels.tortuosity(helix)[0] == pytest.approx(
        4 * np.pi * whole / chord, rel=1e-5
    )


def test_measures_do_not_depend_on_where_a_vessel_lies():
    helix = coil(10.0, 4.0, 1.0, 64)
    turned, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))
    moved = helix.copy()
    moved[:, :3] = helix[:, :3] @ turned.T + (5.0, -70.0, 300.0)
    both = np.stack([helix, moved])
    features = vessels.all_features(both)
    np.testing.assert_allclose(features[0], features[1], rtol=1e-6, atol=1e-6)
    assert features.shape == (2, 11)
    np.testing.assert_array_equal(features[:, :5], vessels.shape_features(both))


def test_the_radius_is_measured_at_both_ends():
    radii = np.linspace(2.0, 1.0, 64)
    straight = tube(64.0, radii)[None]
    assert vessels.mean_radius(straight)[0] == pytest.approx(1.5)
    assert vessels.first_radius(straight)[0] == pytest.approx(radii[:8].mean())
    assert vessels.last_radius(straight)[0] == pytest.approx(radii[-8:].mean())
    assert vessels.narrowing(straight)[0] == 0.0  # a taper is no stenosis


def test_a_stenosis_is_measured_against_the_vessel_beside_it():
    radii = np.full(64, 2.0)
    radii[30:34] = 0.5
    assert vessels.narrowing(tube(64.0, radii)[None])[0] == pytest.approx(0.75)
    radii[34:] = 1.0  # beyond it the vessel is narrower: halfway it would have √2 mm
    found = vessels.narrowing(tube(64.0, radii)[None])[0]
    assert found == pytest.approx(1 - 0.5 / np.sqrt(2))


@pytest.mark.parametrize("taper", [-0.75, 0.0, 0.75])
@pytest.mark.parametrize("depth", [0.3, 0.5, 0.75])
def test_a_taper_does_not_hide_a_part_of_a_stenosis(taper, depth):
    places = np.linspace(-0.5, 0.5, 128)
    healthy = 1.8 * np.exp(-taper * places)
    radii = healthy * (1 - depth * np.exp(-np.square(places / 0.05) / 2))
    found = vessels.narrowing(tube(64.0, radii)[None])[0]
    assert found == pytest.approx(depth, abs=0.02)


def test_a_minimum_near_an_end_is_measured_against_the_narrower_side():
    radii = np.full(64, 2.0)
    radii[3], radii[4:20] = 0.8, 1.0
    assert vessels.narrowing(tube(64.0, radii)[None])[0] == pytest.approx(0.6)


def test_a_cubic_has_the_roughness_of_its_third_derivative():
    places = np.arange(20.0)
    cubic = np.stack([places, 0.01 * places**3, 0 * places, 0 * places + 1], axis=1)
    assert vessels.roughness(cubic[None])[0] == pytest.approx(0.06)
    # White noise of deviation s has third differences of deviation s √20 along each axis.
    noisy = np.concatenate([NOISE, np.ones((200, 64, 1))], axis=2)
    assert vessels.roughness(noisy).mean() == pytest.approx(
        0.05 * np.sqrt(3 * 20), rel=0.02
    )


def test_the_radius_of_an_exponential_taper_is_smooth():
    radii = np.exp(-np.linspace(0.0, 0.75, 64))
    assert vessels.radius_roughness(tube(64.0, radii)[None])[0] < 1e-12


@pytest.mark.parametrize(
    ("curve", "meets"),
    [
        (tube(64.0, np.full(64, 1.5)), False),
        (coil(10.0, 0.4, 1.5, 64), False),  # a turn is 2.5 mm above the last
        (coil(10.0, 0.2, 1.5, 64), True),  # a turn is 1.3 mm above the last
        (coil(1.5, 1.0, 0.3, 64), False),  # a tight bend is no crossing
    ],
)
def test_a_vessel_of_1_mm_meets_itself_if_its_turns_are_nearer_than_2_mm(curve, meets):
    curve = np.column_stack([curve[:, :3], np.ones(len(curve))])
    assert vessels.self_intersections(curve[None])[0] == meets


@pytest.mark.parametrize(("apart", "meets"), [(0.3, True), (0.5, False)])
def test_thin_vessels_cross_halfway_between_points(apart, meets):
    """A loop whose ends cross in the middle of long steps, ``apart`` mm above each other."""
    corners = [[0, 0, 0], [10, 0, 0], [10, 8, 0], [5, 8, apart], [5, -8, apart]]
    curve = np.column_stack([corners, np.full(5, 0.2)])
    assert vessels.self_intersections(curve[None])[0] == meets


def test_a_vessel_that_runs_back_meets_itself():
    curve = np.array([[0, 0, 0, 0.1], [5, 0, 0, 0.1], [0, 0, 0, 0.1]])
    assert vessels.self_intersections(curve[None])[0]


def test_noise_tells_generated_vessels_from_real_ones_by_roughness_alone():
    random = np.random.default_rng(0)
    bent = [
        coil(random.uniform(20, 40), random.uniform(5, 20), 0.4, 64) for _ in range(400)
    ]
    real, drawn = np.split(np.stack(bent), 2)
    noisy = drawn.copy()
    noisy[..., :3] += 0.2 * NOISE
    five, twelve = vessels.shape_features, vessels.all_features
    assert vessels.vessels_told_apart(five(real), five(drawn)) == pytest.approx(
        0.5, abs=0.1
    )
    assert vessels.vessels_told_apart(twelve(real), twelve(drawn)) == pytest.approx(
        0.5, abs=0.1
    )
    assert vessels.vessels_told_apart(five(real), five(noisy)) < 0.65
    assert vessels.vessels_told_apart(twelve(real), twelve(noisy)) > 0.95


def test_too_few_vessels_cannot_be_told_apart():
    features = np.zeros((10, 5))
    with pytest.raises(Unmeasurable, match="at least 20 samples"):
        vessels.vessels_told_apart(features, features)
