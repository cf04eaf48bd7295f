"""Stored values of every kind, for the tests that go through all of them."""

import numpy as np

COUNT = 60


def random():
    return np.random.default_rng(0)


def straight_vessels():
    """Vessels that a spline holds exactly: straight, with a radius that falls exponentially."""
    along, ends = (
        np.linspace(0.0, 1.0, 24)[:, None],
        random().normal(0.0, 40.0, (COUNT, 1, 3)),
    )
    radii = np.exp(random().normal(0.3, 0.2, (COUNT, 1, 1)) - 0.7 * along)
    return np.concatenate([along * ends, radii], axis=2).astype("float32")


VALUES = {
    "image": lambda: random().integers(0, 256, (COUNT, 8, 9, 3), dtype="uint8"),
    "volume": lambda: (
        random().normal(-300.0, 500.0, (COUNT, 6, 7, 8)).astype("float32")
    ),
    "vector": lambda: random().normal([0.0, 50.0, -3.0], [1.0, 9.0, 0.1], (COUNT, 3)),
    "curve": lambda: random().normal([4.0, -7.0], [1.0, 3.0], (COUNT, 20, 2)),
    "centreline": straight_vessels,
    "mask": lambda: 255 * random().integers(0, 2, (COUNT, 8, 8), dtype="uint8"),
}
SHAPES = {
    "image": (8, 9, 3), "volume": (6, 7, 8, 1), "vector": (3,), "curve": (20, 2),
    "centreline": (16, 4), "mask": (8, 8, 1),
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
