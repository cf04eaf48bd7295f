"""The layers of the macula: their order, thickness and reflectivity, and the shape of the fovea."""

from typing import NamedTuple

import numpy as np

from kgen.data.smooth import smooth_noise
from kgen.types import Array

# µm, deviations of the ridge around the fovea, and of its pit
RIDGE, PIT = 1100.0, 420.0
# of a thickness; the last as a share of the width
SCALE, WAVE, LENGTH = 0.06, 0.05, 0.12
WIDER = 0.1  # deviation of the log width of a pit
NASAL = (
    0.3  # how much thicker nerve fibres are 3 mm from the fovea on the side of the nose
)


class Layer(NamedTuple):
    """A layer far from the fovea: µm, dB below the brightest; how it grows on the ridge and pit."""

    name: str
    thickness: float
    decibels: float
    ridge: float = 0.0
    pit: float = 0.0


# From the vitreous outwards. Which layers are bright, and which dark: Staurenghi et al., 2014.
LAYERS = (
    Layer("nerve fibres", 26.0, -4.0, 0.0, -1.0),
    Layer("ganglion cells", 30.0, -9.5, 0.6, -1.6),
    Layer("inner plexiform", 30.0, -7.5, 0.3, -1.3),
    Layer("inner nuclear", 32.0, -12.5, 0.15, -0.95),
    Layer("outer plexiform", 26.0, -7.5, 0.1, -0.8),
    Layer("outer nuclear", 60.0, -15.0, 0.1, 0.45),
    Layer("limiting membrane", 5.0, -8.0),
    Layer("myoid", 22.0, -13.0, 0.0, 0.15),
    Layer("ellipsoid", 14.0, -2.5),
    Layer("outer segments", 24.0, -9.0, 0.0, 0.5),
    Layer("pigment epithelium", 20.0, -0.5),
)
NAMES = [layer.name for layer in LAYERS]
CHOROID = Layer("choroid", 220.0, -6.5)
VITREOUS, SCLERA, FLUID = -25.0, -12.0, -23.0  # dB


def mean_thickness(places: Array, width: float = 1.0) -> Array:
    """The mean thickness of each layer, µm, at distances from the fovea, µm: (layers, n).

    Each is t (1 + ridge exp(−½ (x / 1100 µm)²) + pit exp(−½ (x / 420 µm)²)), a difference of
    Gaussians as in Dubis et al., 2009; ``width`` multiplies the 420 µm.
    """
    far, ridge, pit = np.array(
        [(layer.thickness, layer.ridge, layer.pit) for layer in LAYERS]
    ).T
    around, within = _bell(places / RIDGE), _bell(places / (width * PIT))
    return np.maximum(
        far[:, None] * (1 + np.outer(ridge, around) + np.outer(pit, within)), 0.0
    )


def _bell(away):
    return np.exp(-np.square(away) / 2)


def thickness(places: Array, random: np.random.Generator) -> Array:
    """The thickness of the layers of one eye, µm, at distances from its fovea: (layers, n)."""
    mean = mean_thickness(places, np.exp(WIDER * random.normal()))
    mean[0] *= 1 + NASAL * random.choice((-1.0, 1.0)) * places / 3000.0
    waves = [smooth_noise(places.shape, LENGTH * len(places), random) for _ in LAYERS]
    scale = SCALE * random.normal(size=(len(LAYERS), 1))
    return mean * np.exp(scale + WAVE * np.array(waves))


def surfaces(stack: Array, bottom: Array) -> Array:
    """The depth of the upper border of each layer of a stack, and of ``bottom``: (k + 1, n)."""
    above = np.cumsum(stack[::-1], axis=0)[::-1]
    return bottom - np.vstack([above, np.zeros_like(bottom)])
