import numpy as np

from kgen import checks
from kgen.data.data import Data
from kgen.fields import Number, Volume

NOISE = 0.05
LEAST, MOST = 0.15, 0.4  # radii, in sides of the volume


def read(_: str, name: str, size: int = 16, count: int = 1000) -> Data:
    """Volumes of one bright ball each on noise: x, and its radius in voxels as y.

    They are generated at every call.

    Args:
        size: voxels per side.
        count: how many.
    """
    checks.check_sizes(size=size, count=count)
    random = np.random.default_rng(0)
    radii = random.uniform(LEAST, MOST, count) * size
    centres = random.uniform(radii[:, None], size - radii[:, None], (count, 3))
    volumes = np.stack(
        [_ball(size, *ball) for ball in zip(centres, radii, strict=True)]
    )
    volumes += NOISE * random.standard_normal(volumes.shape, dtype="float32")
    values = {"x": volumes[..., None], "y": radii}
    return Data.from_arrays(
        name, values, {"x": Volume.of(values["x"], "x"), "y": Number.of(radii, "y")}
    )


def _ball(size, centre, radius):
    """One inside the ball, 0 outside, and between them within half a voxel of its surface."""
    ticks = np.arange(size) + 0.5
    points = np.stack(np.meshgrid(ticks, ticks, ticks, indexing="ij"), axis=-1)
    distances = np.sqrt(np.square(points - centre).sum(axis=-1))
    return np.clip(radius + 0.5 - distances, 0, 1).astype("float32")
