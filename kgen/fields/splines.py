"""Functions on a line as sums of cubic B-splines."""

from collections.abc import Iterable
from typing import NamedTuple, Self

import numpy as np
from scipy.interpolate import BSpline

from kgen.types import Array

DEGREE = 3


class Splines(NamedTuple):
    """The linear maps that ``kgen.fields.Centreline`` needs, all float32.

    Args:
        turns: array (points − 2, count), from coefficients to the angles of the turns.
        turns_fit: its pseudoinverse, which fits coefficients by least squares.
        radius: array (points, count), from coefficients to the logarithm of the radius:
            first those of the coarse part, then those of the details, which are orthonormal.
        radius_fit: its pseudoinverse.
    """

    turns: Array
    turns_fit: Array
    radius: Array
    radius_fit: Array

    @classmethod
    def of(cls, points: int, angle: int, radius: int, coarse: int) -> Self:
        """The maps for so many coefficients of an angle and of the radius, some of them coarse."""
        turns, fine = basis(points - 2, angle), basis(points, radius)
        wide = _projected(basis(points, coarse), fine)
        waves = _projected(cosines(points, range(coarse, radius)), fine)
        details = _orthonormal(waves - _projected(waves, wide))
        wide = np.column_stack([wide, details])
        maps = turns, np.linalg.pinv(turns), wide, np.linalg.pinv(wide)
        return cls(*(matrix.astype("float32") for matrix in maps))


def basis(points: int, count: int) -> Array:
    """Cubic B-splines over equally long pieces of [0, 1], (points, count)."""
    inner = np.linspace(0.0, 1.0, count - DEGREE + 1)
    knots = np.concatenate([np.zeros(DEGREE), inner, np.ones(DEGREE)])
    return BSpline(knots, np.eye(count), DEGREE)(np.linspace(0.0, 1.0, points))


def cosines(points: int, numbers: Iterable[int]) -> Array:
    """Cosines of so many half waves over [0, 1], (points, count)."""
    places = np.linspace(0.0, np.pi, points)
    return np.stack([np.cos(number * places) for number in numbers], axis=1)


def _projected(columns, onto):
    """The orthogonal projection of the columns on the span of those of another matrix."""
    return onto @ (np.linalg.pinv(onto) @ columns)


def _orthonormal(columns):
    """The columns made orthonormal in their order; a sign is that of the column."""
    # The signs, and the order, that a decomposition alone gives differ from processor to processor.
    vectors, triangle = np.linalg.qr(columns)
    return vectors * np.sign(np.diag(triangle))
