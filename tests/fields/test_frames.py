"""Directions along a line as turns of a frame that never rolls."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kgen.fields import frames


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype("float32")


def test_directions_come_back():
    bends = np.random.default_rng(0).normal(0.0, 0.4, (8, 40, 3))
    directions = unit(np.cumsum(bends, axis=1) + np.eye(3)[0])
    again = frames.directions(frames.turns(directions))
    np.testing.assert_allclose(again, directions, atol=1e-5)


def test_turns_come_back():
    turns = np.random.default_rng(0).normal(0.0, 0.5, (8, 40, 2)).astype("float32")
    again = frames.turns(frames.directions(turns))
    np.testing.assert_allclose(again, turns, atol=1e-4)


def test_a_circle_turns_by_one_angle_in_one_plane():
    angles = np.radians(10.0) * np.arange(30)
    circle = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=-1)
    turns = frames.turns(circle[None].astype("float32"))[0]
    np.testing.assert_allclose(turns[0], 0.0, atol=1e-6)
    np.testing.assert_allclose(turns[1:, 1] ** 2, np.radians(10.0) ** 2, atol=1e-5)
    np.testing.assert_allclose(turns[1:, 0], 0.0, atol=1e-5)


def test_a_straight_line_does_not_turn():
    line = np.tile(np.float32([1.0, 0.0, 0.0]), (2, 9, 1))
    np.testing.assert_allclose(frames.turns(line), 0.0, atol=1e-6)
    np.testing.assert_allclose(frames.directions(np.zeros((2, 9, 2), "float32")), line)


@pytest.mark.parametrize("short", [1e-4, 3e-4, 1e-2])
def test_a_turn_hardly_short_of_pi_comes_back(short):
    back = np.array([-np.cos(short), np.sin(short), 0.0])
    directions = unit(np.array([[[1.0, 0.0, 0.0], back, [0.0, 0.6, 0.8]]]))
    again = frames.directions(frames.turns(directions))
    np.testing.assert_allclose(again, directions, atol=2e-3)


def test_the_angle_of_a_helix_turns_about_the_line_by_its_torsion():
    """The frame does not roll, so the normal of Frenet turns in it by torsion times length."""
    torsion, step, pitch = 0.04, 0.5, np.radians(30.0)
    turn = Rotation.from_rotvec([step * torsion, 0.0, step * torsion * np.tan(pitch)])
    spun = [np.eye(3)]
    for _ in range(40):
        spun.append(spun[-1] @ turn.as_matrix())
    turns = frames.turns(np.stack(spun)[None, :, :, 0].astype("float32"))[0, 1:]
    angles = np.unwrap(np.arctan2(turns[:, 1], turns[:, 0]))
    np.testing.assert_allclose(np.abs(np.diff(angles)), step * torsion, rtol=0.02)


@pytest.mark.parametrize("ahead", [(0.0, 0.0, -2.0), (1.0, 1.0, 1.0), (-3.0, 0.1, 0.0)])
def test_a_frame_is_a_rotation_that_begins_with_its_direction(ahead):
    made = frames.frame(ahead)
    np.testing.assert_allclose(made @ made.T, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(np.linalg.det(made), 1.0, atol=1e-6)
    np.testing.assert_allclose(made[:, 0], unit(np.array(ahead)), atol=1e-6)
