import itertools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from kgen import checks
from kgen.data.arteries.artery import Artery
from kgen.types import Array

SPACING = 0.5  # mm between the points of a drawn artery
# deviations of logarithms: of a person, of a branch
BODY, LONG, WIDE, BENT = 0.08, 0.12, 0.12, 0.2
TAPER = 0.75  # the radius falls by the factor exp(−0.75) from end to end
# mm over which bends change; 1/mm; of log curvature
SMOOTH, TORSION, VARIED = 9.0, 0.03, 0.45
TURNED = 12.0  # degrees by which a branch leaves the aorta differently in each person
# deviation of the log radius along the vessel, mm over which it changes
UNEVEN, CALM = 0.03, 8.0
STENOSED, MILD, SEVERE = 0.35, 0.3, 0.75
# of a stenosis: share of the length, deviation in mm
PLACES, REACH = (0.1, 0.7), (3.5, 7.0)


class Branch(NamedTuple):
    """What the arteries of one name have in common.

    Args:
        length: float, mm.
        curvature: float, mean, 1/mm.
        radius: float, at the aorta, mm.
        ahead: tuple, the direction in which it leaves the aorta: left, back and up.
    """

    length: float
    curvature: float
    radius: float
    ahead: tuple[float, float, float]


BRANCHES = {
    "LAD": Branch(120.0, 0.012, 1.75, (0.5, -0.5, -0.7)),
    "LCX": Branch(90.0, 0.022, 1.55, (0.8, 0.5, -0.3)),
    "RCA": Branch(130.0, 0.028, 1.85, (-0.8, -0.5, -0.3)),
}


@dataclass(frozen=True)
class Arteries:
    """Centrelines of coronary arteries with radius, drawn from a known truth.

        x' = T,   T' = κ N,   N' = −κ T + τ B,   B' = −τ N
        r(s) = r₀ exp(−0.75 s / L + ε(s)) (1 − d exp(−(s − s₀)² / 2 w²))

    The curvature κ, the torsion τ and the unevenness ε are smooth random functions of the place s.
    Each person has three branches: LAD, LCX and RCA. Branches differ in length, curvature and
    radius. 35 % of the arteries have a stenosis, which takes d = 30 to 75 % of the radius.

    Args:
        seed: int ≥ 0; the same seed draws the same arteries.

    Raises:
        ValueError: if the seed is negative.

    Example:
        >>> Arteries(seed=0).artery(person=3, branch="RCA").points  # (n, 4), mm

    Reference:
        Wolterink et al., Blood Vessel Geometry Synthesis Using Generative Adversarial Networks,
        2018, arXiv:1804.04381
    """

    seed: int = 0

    def __post_init__(self) -> None:
        checks.check_number("seed", self.seed, 0, float("inf"))

    def artery(self, person: int, branch: str) -> Artery:
        """The artery of a branch of a person, both of which decide what it looks like."""
        checks.check_known("branch", branch, BRANCHES)
        kind, number = BRANCHES[branch], list(BRANCHES).index(branch)
        body = np.exp(np.random.default_rng([self.seed, person]).normal(0.0, BODY))
        random = np.random.default_rng([self.seed, person, number])
        length = kind.length * body * np.exp(random.normal(0.0, LONG))
        along = np.linspace(0.0, length, round(length / SPACING) + 1)
        places = _centreline(along, kind, random)
        radii = (
            kind.radius
            * body
            * np.exp(random.normal(0.0, WIDE))
            * _taper(along, random)
        )
        stenosis, at, width = _stenosis(random)
        radii *= 1.0 - stenosis * np.exp(-np.square((along - at * length) / width) / 2)
        return Artery(np.column_stack([places, radii]), branch, stenosis, at)


def centreline(
    along: Array, curvature: Array, torsion: Array, ahead: tuple[float, float, float]
) -> Array:
    """Points (n, 3) of a curve by the equations of Frenet and Serret, the first at the origin.

    Args:
        along: float array (n,), equally spaced places along the curve, mm.
        curvature, torsion: float arrays (n,), 1/mm.
        ahead: tuple, the direction at the start.
    """
    step = along[1] - along[0]
    turns = step * np.stack([torsion, np.zeros_like(torsion), curvature], axis=1)[:-1]
    frames = [_frame(ahead), *Rotation.from_rotvec(turns).as_matrix()]
    turned = np.stack(list(itertools.accumulate(frames, np.matmul)))
    tangents = turned[:, :, 0]
    moves = step * (tangents[:-1] + tangents[1:]) / 2
    return np.concatenate([np.zeros((1, 3)), moves.cumsum(axis=0)])


def _centreline(along, kind, random):
    bent = np.log(kind.curvature) + random.normal(0.0, BENT) - (BENT**2 + VARIED**2) / 2
    curvature = np.exp(bent + VARIED * _smooth(along, SMOOTH, random))
    torsion = TORSION * _smooth(along, SMOOTH, random)
    turned = Rotation.from_rotvec(np.radians(random.normal(0.0, TURNED, 3)))
    return centreline(along, curvature, torsion, tuple(turned.apply(kind.ahead)))


def _frame(ahead):
    """Tangent, normal and binormal as columns; the normal points down, towards the apex."""
    tangent = np.asarray(ahead) / np.linalg.norm(ahead)
    down = np.array([0.0, 0.0, -1.0])
    normal = down - (down @ tangent) * tangent
    normal /= np.linalg.norm(normal)
    return np.stack([tangent, normal, np.cross(tangent, normal)], axis=1)


def _taper(along, random):
    """The radius as a share of that at the start, without stenosis."""
    return np.exp(-TAPER * along / along[-1] + UNEVEN * _smooth(along, CALM, random))


def _stenosis(random):
    """Share of the radius that a stenosis takes, its place and its deviation in mm."""
    has = random.random() < STENOSED
    degree = random.uniform(MILD, SEVERE)
    at, width = random.uniform(*PLACES), random.uniform(*REACH)
    return (degree, at, width) if has else (0.0, 0.0, width)


def _smooth(along, width, random):
    """Noise of mean 0 and standard deviation 1 that varies over so many mm."""
    reach = width / (along[1] - along[0])
    values = gaussian_filter1d(random.normal(size=len(along)), reach, mode="wrap")
    return values * np.sqrt(2 * np.sqrt(np.pi) * reach)
