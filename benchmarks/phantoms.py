"""Drawn images of known classes, without a download: stained tissue patches and head slices."""

import numpy as np
from scipy import ndimage

PATCH, CENTRE = 48, 24
# of haematoxylin and eosin: Ruifrok & Johnston, 2001
STAINS = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11]])
# nuclei a patch, radius in pixels, spread of its logarithm
HEALTHY, TUMOUR = (22, 2.3, 0.15), (27, 2.6, 0.25)
SLICE = 52, 44
CLASSES = 2


def patches(count, seed=0):
    """Tissue patches (n, 48, 48, 3), uint8, and if the centre is tumour; the rim may be either."""
    return _drawn(_patch, count, seed)


def slices(count, seed=0):
    """Head slices (n, 52, 44, 1), uint8, and whether ventricles and sulci are of the wider kind."""
    return _drawn(_slice, count, seed)


def _drawn(draw, count, seed):
    random = np.random.default_rng(seed)
    labels = random.integers(0, CLASSES, count).astype("int32")
    return np.stack([draw(random, label) for label in labels]), labels


def _patch(random, label):
    rim, centre = (HEALTHY, TUMOUR)[random.integers(CLASSES)], (HEALTHY, TUMOUR)[label]
    haematoxylin = np.maximum(
        _nuclei(random, rim, inside=False), _nuclei(random, centre, inside=True)
    )
    coarse, fine = (_noise(random, scale, (PATCH, PATCH)) for scale in (4, 1.2))
    eosin = np.clip(0.35 + 0.12 * coarse + 0.08 * fine, 0, None)
    strength = np.exp(0.25 * random.standard_normal(2))
    stains = STAINS + 0.03 * random.standard_normal(STAINS.shape)
    density = (
        np.stack([(0.08 + haematoxylin) * strength[0], eosin * strength[1]], axis=-1)
        @ stains
    )
    return _stored(
        245 * np.exp(-density) + 4 * random.standard_normal((PATCH, PATCH, 3))
    )


def _nuclei(random, kind, inside):
    count, radius, spread = kind
    density = np.zeros((PATCH, PATCH))
    for _ in range(random.poisson(count)):
        place = random.uniform(0, PATCH, 2)
        if np.all(abs(place - PATCH / 2) < CENTRE / 2) == inside:
            radii = radius * np.exp(spread * random.standard_normal(2))
            angle = random.uniform(0, np.pi)
            density = np.maximum(
                density, random.uniform(0.6, 1.1) * _nucleus(place, radii, angle)
            )
    return density


def _nucleus(place, radii, angle):
    down, across = np.indices((PATCH, PATCH)) - place[:, None, None]
    along = (
        across * np.cos(angle) + down * np.sin(angle),
        down * np.cos(angle) - across * np.sin(angle),
    )
    return _filled(np.hypot(along[0] / radii[0], along[1] / radii[1]), 4)


def _slice(random, label):
    y, x = (np.linspace(-1.1, 1.1, side) for side in SLICE)
    x, y = np.meshgrid(x, y)
    distance = np.hypot(x / 0.85, y / 0.95) * (1 + 0.03 * _noise(random, 7, SLICE))
    white, grey, fluid = 0.8, 0.55, 0.15
    brain = grey + (white - grey) * _filled(
        distance / (0.75 + 0.06 * _noise(random, 2, SLICE)), 12
    )
    severity = _severity(random, label)
    sulci = np.exp(-((_noise(random, 1.6, SLICE) / (0.15 + 0.1 * severity)) ** 2)) * (
        distance > 0.6
    )
    ventricles = _ventricles(random, x, y, 0.9 + 0.4 * severity)
    brain += (fluid - brain) * np.maximum(sulci, ventricles)
    bias = np.exp(0.08 * _noise(random, 20, SLICE))
    image = brain * bias * _filled(distance, 20) + 0.03 * random.standard_normal(SLICE)
    return _stored(255 * image)[..., None]


def _severity(random, label):
    # Two classes 1.7 standard deviations apart, so that 80 % can be told by it.
    return max(0.0, 0.5 + 0.5 * label + 0.3 * random.standard_normal())


def _ventricles(random, x, y, size):
    sides = [
        np.hypot((x - side * 0.16) / (0.1 * size), (y + 0.1) / (0.3 * size))
        for side in (-1, 1)
    ]
    return _filled(np.minimum(*sides) * (1 + 0.05 * _noise(random, 3, SLICE)), 6)


def _filled(distance, steepness):
    """1 within a distance of 1 and 0 beyond, with an edge."""
    return 1 / (1 + np.exp(np.clip(steepness * (distance - 1), -50, 50)))


def _noise(random, scale, shape):
    smooth = ndimage.gaussian_filter(random.standard_normal(shape), scale)
    return smooth / smooth.std()


def _stored(values):
    return np.clip(values, 0, 255).astype("uint8")
