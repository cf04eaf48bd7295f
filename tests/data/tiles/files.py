"""Small HDF5 files of known pixels."""

import h5py
import numpy as np

SHAPES = {
    "A/0": (50, 70),
    "A/1": (41, 33),
    "B/0": (64, 48),
    "B/1": (90, 40),
    "C/0": (40, 60),
}
TILE = 16


def pixels(dtype="uint8", seed=0):
    """Random images by their paths."""
    random = np.random.default_rng(seed)
    draw = (
        random.normal
        if np.dtype(dtype).kind == "f"
        else lambda size: random.integers(0, 250, size)
    )
    return {path: draw(size=shape).astype(dtype) for path, shape in SHAPES.items()}


def write(path, images, **options):
    """A file of these images; ``options`` are those of ``create_dataset``."""
    with h5py.File(path, "w") as file:
        for name, image in images.items():
            file.create_dataset(name, data=image, **options)
    return path


def places(dtype="float32"):
    """Images whose pixels tell their place: 10,000 · image number + 100 · row + column."""
    return {
        path: (
            10_000.0 * number
            + 100.0 * np.arange(shape[0])[:, None]
            + np.arange(shape[1])
        ).astype(dtype)
        for number, (path, shape) in enumerate(SHAPES.items())
    }
