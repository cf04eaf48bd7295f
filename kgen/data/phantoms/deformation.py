"""Smooth, invertible deformations: where in the template each point of a subject lies, in mm."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from kgen.data.phantoms.grid import Grid
from kgen.data.phantoms.noise import noise, sampled
from kgen.types import Array, Arrays

# knots of the noise and its standard deviation, mm
SCALES = (70.0, 3.0), (28.0, 1.1), (12.0, 0.8)
REACH = 14.0  # mm over which the movement of the ventricles' wall fades
HELD = 15.0  # mm below the skull over which the movement ends: bone does not give way
BLUR = 1.6  # mm
SQUARINGS = 6
HIPPOCAMPI = (-27.0, -21.0, -15.0), (27.0, -21.0, -15.0)
HALF_AXES = 6.0, 13.0, 5.0


def anatomy(grid: Grid, strength: float, random: np.random.Generator) -> Array:
    """A velocity field (rank, …) of random anatomy, mm."""
    return np.stack([_along_an_axis(grid, strength, random) for _ in range(grid.rank)])


def disease(grid: Grid, maps: Arrays, wall: float, shrinkage: float) -> Array:
    """Velocity of ventricles that widen by ``wall`` mm and hippocampi that shrink by a share."""
    widening = _widening(grid, maps, wall)
    contraction = np.zeros_like(grid.points)
    for centre in HIPPOCAMPI:
        offsets = hippocampal(grid.points, grid, centre)
        squares = np.square(offsets).sum(axis=0)
        # A wall that moves beside a hippocampus would stretch it.
        widening = widening * (1.0 - np.exp(-squares / 12))
        axes = np.reshape(HALF_AXES[: grid.rank], (-1, *[1] * grid.rank))
        contraction += shrinkage * np.exp(-squares / 2) * offsets[: grid.rank] * axes
    return widening + contraction


def hippocampal(points: Array, grid: Grid, centre: Sequence[float]) -> Array:
    """Points relative to the centre of a hippocampus, in units of its half axes: (3, …)."""
    height = (
        np.full((1, *points.shape[1:]), grid.height) if grid.rank == 2 else points[2:]
    )
    spread = (-1, *[1] * grid.rank)
    offsets = np.concatenate([points[:2], height]) - np.reshape(centre, spread)
    return (offsets / np.reshape(HALF_AXES, spread)).astype("float32")


def integrated(grid: Grid, velocity: Array) -> Array:
    """The displacement at the end of the flow along a stationary velocity: scaling and squaring."""
    smooth = [ndimage.gaussian_filter(part, BLUR / grid.spacing) for part in velocity]
    moved, points = np.stack(smooth) / 2**SQUARINGS, grid.points
    for _ in range(SQUARINGS):
        moved = moved + _sampled(moved, grid, points + moved)
    return moved


def refined(displacement: Array, coarse: Grid, grid: Grid) -> Array:
    """A displacement on the points of a finer grid."""
    return _sampled(displacement, coarse, grid.points)


def _sampled(field, grid, points):
    """Every component of a field on a grid, at some points."""
    return np.stack([sampled(part, grid, points) for part in field])


def affine(
    grid: Grid, random: np.random.Generator, turn: float = 2.0, scale: float = 0.03
) -> Array:
    """The displacement of a random rotation in the axial plane and a random scale of each axis."""
    angle = np.deg2rad(turn * random.standard_normal())
    sizes = np.exp(scale * random.standard_normal(grid.rank))
    matrix = np.diag(sizes)
    matrix[:2, :2] = [
        [np.cos(angle), -np.sin(angle)],
        [np.sin(angle), np.cos(angle)],
    ] @ matrix[:2, :2]
    middle = np.reshape([axis.mean() for axis in grid.axes], (-1, *[1] * grid.rank))
    centred = grid.points - middle
    return (np.tensordot(matrix, centred, 1) - centred).astype("float32")


def jacobian(displacement: Array, spacing: float) -> Array:
    """The determinant of the map x + u(x) at every point: positive where nothing folds."""
    rank = len(displacement)
    parts = []
    for part in displacement:
        parts += np.gradient(part, spacing)
    matrices = np.reshape(parts, (rank, rank, -1)).transpose(2, 0, 1) + np.eye(rank)
    return np.linalg.det(matrices).reshape(displacement.shape[1:])


def _along_an_axis(grid, strength, random):
    return sum(strength * sd * noise(grid, knots, random) for knots, sd in SCALES)


def _widening(grid, maps, wall):
    # The map leads from subject to template: a wall moves out if it is looked up further in.
    distance = maps["ventricles"]
    normal = np.stack(np.gradient(distance, grid.spacing))
    length = np.maximum(np.sqrt(np.square(normal).sum(axis=0)), 1e-3)
    held = np.clip(-maps["hull"] / HELD, 0.0, 1.0)
    return (
        -wall * held * normal / length * np.exp(-np.square(distance) / (2 * REACH**2))
    )
