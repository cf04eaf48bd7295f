"""Phantoms to look at: persons without and with disease, its changes, tumours, tissue and CT."""

from dataclasses import replace

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from kgen import plots
from kgen.data.phantoms.brains import Brains
from kgen.data.phantoms.person import CLASSES, upright

COLUMNS = 6
SHOWN = 200  # approximate pixels per side of an image
BRAIN_WINDOW = -100.0, 150.0  # HU
CHANGE = 0.4  # of the brightness; drawn in full colour


def overview(brains: Brains, seed: int = 0) -> Figure:
    """A figure of a population of ``Brains``: four rows of six images with their true measures."""
    well = [brains.subject((seed, number), 0) for number in range(COLUMNS)]
    ill = [brains.subject((seed, number), 1) for number in range(COLUMNS)]
    pictures = [_grey(_middle(brain.image)) for brain in (*well, *ill)]
    pictures += map(_changes, well, ill)
    titles = [*map(_title, well), *map(_title, ill), *map(_change, well, ill)]
    others, named = _others(brains, seed)
    larger = list(map(_enlarged, (*pictures, *others)))
    return plots.image_viewer(larger, [*titles, *named], COLUMNS)


def _others(brains, seed):
    """Two persons with a tumour: the image, its tissue, its CT."""
    pictures = []
    for number in range(COLUMNS // 3):
        brain = replace(brains, tumours=True, calm=False).subject(
            (seed, number), number % 2
        )
        image = _through_tumour(brain.image, brain.tissue)
        tissue = _through_tumour(brain.tissue, brain.tissue)
        ct = _through_tumour(brain.ct, brain.tissue)
        pictures += [_grey(image), _coloured(tissue / 4, "viridis"), _windowed(ct)]
    return pictures, ["varied, tumour", "tissue", "CT, brain window"] * (COLUMNS // 3)


def _title(brain):
    return f"{CLASSES[brain.label]} {brain.age:.0f} y, {_ventricles(brain)}"


def _change(well, ill):
    return f"change, {_ventricles(well).split()[0]} → {_ventricles(ill)}"


def _ventricles(brain):
    """The true size of the ventricles, in words."""
    if brain.image.ndim == 2:
        return f"{brain.measures['ventricle_area_mm2']:,.0f}\N{NO-BREAK SPACE}mm²"
    return f"{brain.measures['ventricle_volume_mm3'] / 1000:.1f}\N{NO-BREAK SPACE}ml"


def _grey(picture):
    return np.clip(picture, 0, 1)[..., None]


def _windowed(picture):
    """Hounsfield units as grey levels."""
    low, high = BRAIN_WINDOW
    return _grey((picture - low) / (high - low))


def _changes(well, ill):
    return _coloured(
        (_middle(ill.image) - _middle(well.image)) / (2 * CHANGE) + 0.5, "RdBu"
    )


def _coloured(values, colours):
    return matplotlib.colormaps[colours](np.clip(values, 0, 1))[..., :3]


def _enlarged(picture):
    """An image with every pixel repeated, so that its title fits above it."""
    times = -(-SHOWN // len(picture))
    return picture.repeat(times, axis=0).repeat(times, axis=1)


def _middle(values):
    """A slice, or a volume's axial slice above its middle, upright."""
    return upright(values if values.ndim == 2 else values[:, :, values.shape[2] // 2])


def _through_tumour(values, tissue):
    """A slice, or the axial slice of a volume that shows most of a tumour, upright."""
    return upright(
        values
        if values.ndim == 2
        else values[:, :, (tissue == 4).sum(axis=(0, 1)).argmax()]
    )
