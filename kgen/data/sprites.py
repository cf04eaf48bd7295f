from itertools import product, starmap

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from kgen.data.data import Data
from kgen.data.dividing import TEST, VALIDATION, divided, told
from kgen.data.shares import TEST_SHARE, VALIDATION_SHARE
from kgen.data.split import Split
from kgen.fields import Image, Label

HEART_RADIUS = 1.425  # of the curve in ``_heart``
# What lies inside each shape, in the unit disc that all of them touch.
SHAPES = {
    "square": lambda across, up: np.maximum(abs(across), abs(up)) <= 0.5**0.5,
    "ellipse": lambda across, up: across**2 + (2.0 * up) ** 2 <= 1.0,
    "heart": lambda across, up: _heart(across * HEART_RADIUS, up * HEART_RADIUS),
}
RADII = np.linspace(7.5, 15.0, 4)  # pixels
# A square looks the same again after 90°.
ANGLES = np.linspace(0.0, np.pi / 2, 8, endpoint=False)
PLACES, STEP = 16, 2  # pixels between neighbouring places
FACTORS = {
    "shape": len(SHAPES),
    "scale": len(RADII),
    "rotation": len(ANGLES),
    "x": PLACES,
    "y": PLACES,
}
SIDE, BOX, FINE = 64, 32, 8
MARGIN = (SIDE + (PLACES - 1) * STEP - BOX) // 2


def read(_: str, name: str) -> Data:
    """White shapes on black, one image for every combination of five known factors.

    They are drawn at every call. The factors are whole numbers from 0: shape (which is the
    label), scale, rotation (counter-clockwise in steps of 11.25°), x (left to right) and y (top to
    bottom).

    Reference:
        after dSprites: Matthey, Higgins, Hassabis & Lerchner, 2017,
        github.com/deepmind/dsprites-dataset
    """
    factors = (
        np.indices(tuple(FACTORS.values()), dtype="int32").reshape(len(FACTORS), -1).T
    )
    sprites = starmap(_drawn, product(SHAPES.values(), RADII, ANGLES))
    images = np.stack(list(map(_placed, sprites))).reshape(-1, SIDE, SIDE, 1)
    fields = {
        "x": Image((SIDE, SIDE, 1), 0, 255, dtype="uint8"),
        "y": Label(len(SHAPES), list(SHAPES)),
    }
    whole = Split(
        {"x": images, "y": factors[:, 0].copy()}, fields, {"factors": factors}
    )
    train, test = divided(whole, TEST_SHARE)
    train, validation = divided(train, VALIDATION_SHARE)
    notes = (told([VALIDATION, TEST], classes=True),)
    return Data(name, train, validation, test, notes, tuple(FACTORS))


def _heart(x, y):
    return (x**2 + y**2 - 1.0) ** 3 <= x**2 * y**3


def _drawn(inside, radius, angle):
    """A sprite in a box: the share of every pixel that it covers, from ``FINE``² points."""
    ticks = (np.arange(BOX * FINE) + 0.5) / FINE - BOX / 2
    x, y = ticks / radius, -ticks[:, None] / radius
    cosine, sine = np.cos(angle), np.sin(angle)
    covered = inside(cosine * x + sine * y, cosine * y - sine * x)
    shares = covered.reshape(BOX, FINE, BOX, FINE).mean(axis=(1, 3))
    return np.round(255 * shares).astype("uint8")


def _placed(sprite):
    """The sprite at every (x, y); it moves right and down as the frame moves left and up."""
    canvas = np.pad(sprite, MARGIN)
    return sliding_window_view(canvas, (SIDE, SIDE))[::-STEP, ::-STEP].swapaxes(0, 1)
