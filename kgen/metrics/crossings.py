"""Whether a vessel runs into itself, also between its points."""

import numpy as np

from kgen.types import Array

LEAST = 1e-12  # mm², of squares that divide


def meets_itself(curve: Array) -> bool:
    """Whether two places of a vessel (points, 4) are nearer than the sum of their radii.

    Places along a half circle of this width are neighbours, however near.
    """
    steps = np.linalg.norm(np.diff(curve[:, :3], axis=0), axis=1)
    places = np.column_stack([curve, np.append(0.0, steps.cumsum())])
    one, other = np.triu_indices(len(places), 1)
    if _clash(places[one], places[other]).any():
        return True
    starts, moves = places[:-1], np.diff(places, axis=0)
    one, other = np.triu_indices(len(starts), 1)
    pairs = starts[one], moves[one], starts[other], moves[other]
    return bool(_clash(*_nearest(*pairs)).any())


def _clash(one, other):
    """Which places (n, 5), x, y, z, radius and place along, are in each other and no neighbours."""
    wide = one[:, 3] + other[:, 3]
    apart = one - other
    far = np.abs(apart[:, 4]) > np.pi / 2 * wide
    return far & (np.linalg.norm(apart[:, :3], axis=1) < wide)


def _nearest(start, move, other_start, other_move):
    """The places of two segments each, all (n, 5), where they are nearest."""
    along, across, between = (
        move[:, :3],
        other_move[:, :3],
        (start - other_start)[:, :3],
    )
    own, both, others = _dot(along, along), _dot(along, across), _dot(across, across)
    ahead, back = _dot(along, between), _dot(across, between)
    area = own * others - both**2
    share = np.clip((both * back - others * ahead) / np.maximum(area, LEAST), 0.0, 1.0)
    other = np.clip((both * share + back) / np.maximum(others, LEAST), 0.0, 1.0)
    share = np.clip((both * other - ahead) / np.maximum(own, LEAST), 0.0, 1.0)
    return start + share[:, None] * move, other_start + other[:, None] * other_move


def _dot(one, other):
    return (one * other).sum(axis=1)
