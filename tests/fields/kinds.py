"""Stored values of every kind, for the tests that go through all of them."""

import numpy as np

from kgen.fields import frames
from kgen.fields.splines import Splines

COUNT = 60


def random():
    return np.random.default_rng(0)


def bent_vessels():
    """Vessels of equal steps that splines hold exactly."""
    splines, numbers = Splines.of(24, 16, 24, 6), random()
    first = numbers.normal(0.0, 0.5, (COUNT, 1, 2))
    bends = splines.turns @ numbers.normal(0.0, 0.1, (COUNT, 16, 2))
    ahead = frames.directions(np.concatenate([first, bends], axis=1).astype("float32"))
    steps = ahead * np.exp(numbers.normal(1.0, 0.2, (COUNT, 1, 1)))
    places = np.pad(np.cumsum(steps, axis=1), ((0, 0), (1, 0), (0, 0)))
    radii = np.exp(splines.radius @ numbers.normal(0.1, 0.2, (COUNT, 24, 1)))
    return np.concatenate([places, radii], axis=2).astype("float32")


VALUES = {
    "image": lambda: random().integers(0, 256, (COUNT, 8, 9, 3), dtype="uint8"),
    "volume": lambda: (
        random().normal(-300.0, 500.0, (COUNT, 6, 7, 8)).astype("float32")
    ),
    "vector": lambda: random().normal([0.0, 50.0, -3.0], [1.0, 9.0, 0.1], (COUNT, 3)),
    "curve": lambda: random().normal([4.0, -7.0], [1.0, 3.0], (COUNT, 20, 2)),
    "centreline": bent_vessels,
    "mask": lambda: 255 * random().integers(0, 2, (COUNT, 8, 8), dtype="uint8"),
}
SHAPES = {
    "image": (8, 9, 3), "volume": (6, 7, 8, 1), "vector": (3,), "curve": (20, 2),
    "centreline": (59,), "mask": (8, 8, 1),
}  # fmt: skip
# Kinds that only scale their values in another way: these models stand for all.
STOOD_FOR = {"centreline": ("vae", "wgan-gp")}


def stands(name, kind):
    """Whether a model is tried on a kind, or others stand for it."""
    return name in STOOD_FOR.get(kind, (name,))


# models that take square images alone
SQUARE = {"biggan", "progressive-gan", "stylegan"}


def values_of(kind, name):
    """Stored values of a kind for a model of that name."""
    values = VALUES[kind]()
    return values[:, :8, :8] if name in SQUARE and kind == "image" else values
