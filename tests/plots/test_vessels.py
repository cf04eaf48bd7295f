"""Vessels drawn in space and in cells."""

import matplotlib
import numpy as np
import pytest

from kgen import plots
from kgen.data.arteries.centrelines import resampled
from kgen.fields import Centreline
from kgen.fields.tubes import COLOURS, tubes
from kgen.plots.figures import Figure
from kgen.plots.vessels import THINNEST, mesh
from tests.metrics.shapes import coil, tube


def test_rings_lie_across_the_vessel_at_its_radius():
    helix = coil(10.0, 4.0, 1.0, 200)
    rings = mesh(helix, sides=8)
    spokes = rings - helix[:, None, :3]
    np.testing.assert_allclose(np.linalg.norm(spokes, axis=2), 1.0, atol=1e-9)
    ahead = np.gradient(helix[:, :3], axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    np.testing.assert_allclose(np.einsum("pji,pi->pj", spokes, ahead), 0.0, atol=1e-9)


def test_rings_do_not_twist_along_a_straight_vessel():
    rings = mesh(tube(50.0, np.linspace(2.0, 1.0, 30)), sides=6)
    spokes = rings[:, 0] / np.linalg.norm(rings[:, 0, 1:], axis=1, keepdims=True)
    np.testing.assert_allclose(
        spokes[:, 1:], np.tile(spokes[0, 1:], (30, 1)), atol=1e-9
    )


def test_the_same_scale_holds_along_each_axis_and_in_every_picture():
    groups = {
        "real": coil(10.0, 4.0, 1.0, 40)[None],
        "generated": tube(30.0, np.ones(40))[None],
    }
    figure = plots.vessels(groups, "both")
    first, second, bar = figure.axes
    assert (
        first.get_xlim() == second.get_xlim() and first.get_zlim() == second.get_zlim()
    )
    assert bar.get_ylabel() == "radius, mm" and first.get_title() == "real"
    assert len(first.collections) == len(second.collections) == 1
    ranges = [np.ptp(axis.get_view_interval()) for axis in axes_of(first)]
    ratios = first._box_aspect / ranges
    np.testing.assert_allclose(ratios, ratios[0])
    assert all(len(axis.get_majorticklocs()) <= 6 for axis in axes_of(first))


def test_a_flat_vessel_is_a_little_deep():
    (only, _) = plots.vessels({"flat": tube(30.0, np.ones(40))[None]}).axes
    assert only.get_ylim() == only.get_zlim() == (-THINNEST, THINNEST)


def axes_of(picture):
    return picture.xaxis, picture.yaxis, picture.zaxis


def test_cells_show_length_place_and_radius():
    straight = tube(40.0, np.repeat([2.0, 1.0], 20))
    cells = np.stack([straight, 0.5 * straight])[None]
    axes = Figure().add_subplot()
    tubes(axes, cells, (0.5, 2.0))
    long, short = (part for part in axes.collections if len(part.get_paths()) == 39)
    ends = [
        np.concatenate([path.vertices for path in part.get_paths()])
        for part in (long, short)
    ]
    widths = [np.ptp(points[:, 0]) for points in ends]
    assert widths[0] == pytest.approx(2 * widths[1], rel=1e-6) and widths[0] < 1.0
    middles = [points.mean(axis=0) for points in ends]
    np.testing.assert_allclose(middles, [[0.5, 0.5], [1.5, 0.5]], atol=0.02)
    yellow, green = matplotlib.colormaps[COLOURS]([1.0, 1 / 3])
    shades = long.get_facecolors()
    for colour in (yellow, green):
        assert np.isclose(shades, colour, atol=1e-6).all(axis=1).any()


def test_a_narrow_vessel_is_drawn_in_the_ends_of_its_field():
    radii = np.geomspace(0.5, 2.0, 64 * 10).reshape(10, 64)
    values = np.stack([tube(40.0 + number, row) for number, row in enumerate(radii)])
    values[..., 1], values[..., 2] = values[..., 0] ** 2 / 50, values[..., 0] / 3
    values = np.stack([resampled(vessel, 64) for vessel in values])
    low, high = Centreline.of(values, "x").fitted(values).radii
    assert 0.3 < low < 0.6 and 1.8 < high < 3.0
