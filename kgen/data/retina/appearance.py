"""How light comes back from the layers: reflectivity, shadows of vessels, speckle, decibels."""

import numpy as np
from scipy import ndimage, stats

from kgen.data.retina.layers import CHOROID, FLUID, LAYERS, SCLERA, VITREOUS
from kgen.data.smooth import smooth_noise
from kgen.types import Array

RANGE = 25.0  # dB from black to white
EXTINCTION = 0.006  # per µm, of a reflectivity of 1
RIM = 0.15  # of the reflectivity, of the tissue around fluid
# how dark vessels of the choroid are, and how sharp their walls
LUMINA, SHARP = 0.85, 3.0
VESSELS, FREE = (2, 5), 650.0  # their number; µm around the fovea without any
# µm: half a vessel, how deep it lies, half of it
WIDTH, DEPTH, HEIGHT = (45.0, 80.0), 32.0, 12.0
DARKNESS = 0.4, 1.2  # the optical depth of a vessel
BLOOD = 0.35  # its reflectivity
LOOKS = 10  # speckle patterns that are averaged
FLOOR = 10 ** (VITREOUS / 10)  # of the reflectivity: the noise of the detector


def shares(surfaces: Array, rows: Array) -> Array:
    """The share of each pixel between two surfaces: (layers + 1, rows, n), all in pixels.

    The first is above all surfaces (layers, n), the last below.
    """
    above = np.clip(surfaces[:, None] - rows[:, None], 0.0, 1.0)
    whole = np.ones((1, *above.shape[1:]))
    return np.diff(np.concatenate([0 * whole, above, whole]), axis=0)


def reflectivity(parts: Array, is_fluid: Array, random: np.random.Generator) -> Array:
    """The reflectivity of each pixel, of which ``parts`` (k, rows, n) have a layer each."""
    decibels = [VITREOUS, *_of_layers(is_fluid), CHOROID.decibels, SCLERA]
    bright = np.tensordot(10 ** (np.array(decibels) / 10), parts, 1)
    fluid = parts[1:-2][is_fluid].sum(axis=0)
    bright += RIM * (ndimage.maximum_filter(fluid, 3) - fluid)
    return bright * (1 - LUMINA * parts[-2] * _lumina(bright.shape, random))


def _of_layers(is_fluid):
    """The decibels of the layers and of the fluid between them."""
    found = np.full(len(is_fluid), FLUID)
    found[~is_fluid] = [layer.decibels for layer in LAYERS]
    return found


def _lumina(shape, random):
    """Where vessels of the choroid are, 0 to 1."""
    return 1 / (1 + np.exp(-SHARP * smooth_noise(shape, shape[0] / 36, random)))


def vessels(
    top: Array, places: Array, depths: Array, random: np.random.Generator
) -> Array:
    """The optical depth of each pixel due to vessels beneath the surface ``top``, µm."""
    found = np.zeros((len(depths), len(places)))
    for _ in range(random.integers(*VESSELS)):
        middle = random.choice((-1.0, 1.0)) * random.uniform(FREE, places.max())
        across = np.exp(-np.square((places - middle) / random.uniform(*WIDTH)) / 2)
        edges = np.concatenate([depths, [2 * depths[-1] - depths[-2]]])
        along = np.diff(stats.norm.cdf(edges[:, None], top + DEPTH, HEIGHT), axis=0)
        found += random.uniform(*DARKNESS) * across * along
    return found


def seen(
    bright: Array, blood: Array, spacing: float, random: np.random.Generator
) -> Array:
    """Grey levels, uint8, of reflectivity under vessels; ``spacing`` of rows in µm.

    I = (R exp(−2 ∫ μ dz) + noise) g, with gamma-distributed speckle g of mean 1, shown in dB.
    """
    lit = bright + BLOOD * blood
    passed = np.cumsum(2 * EXTINCTION * spacing * lit + blood, axis=0)
    speckle = random.gamma(LOOKS, 1 / LOOKS, bright.shape)
    decibels = 10 * np.log10((lit * np.exp(-passed) + FLOOR) * speckle)
    return np.rint(255 * np.clip(1 + decibels / RANGE, 0, 1)).astype("uint8")
