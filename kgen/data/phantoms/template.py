import os
import zipfile
from functools import lru_cache
from importlib import resources

import numpy as np
from scipy import ndimage

from kgen.data.cache import cache_folder, unwritable
from kgen.data.phantoms.grid import Grid
from kgen.names import without
from kgen.types import Array

FILE, DERIVED = "mni152_2mm.npz", "mni152-derived-2.npz"
VOXEL = 2.0
DEEP = 14.0  # mm below the surface of the brain: there dark voxels are ventricles, not sulci
BOX = (-42, 42), (-70, 45), (-20, 40)  # of the lateral and the third ventricles, mm
LEAST = 25  # voxels of a ventricle
BELOW = 12  # voxels added under the template, which ends where the skull would begin
HULL, SMOOTH = 14.0, 4.0  # mm: what the skull bridges, and how smooth it is
FAR = {"ventricles": 50.0, "hull": 50.0}  # mm, outside the template


class Template:
    """Maps of the MNI152 brain on any grid: T1, tissue shares, and distances to its surfaces.

    Example:
        >>> from kgen.data.phantoms.grid import Grid
        >>> maps = Template().on(Grid((96, 96), 2.25))
        >>> maps["gm"], maps["ventricles"]  # shares; signed distance in mm, negative inside
    """

    def __init__(self):
        self.volumes = _volumes()
        self.corner = self.volumes.pop("corner")

    def on(self, grid: Grid) -> dict[str, Array]:
        """Every map at the points of a grid."""
        points = grid.points
        if grid.rank == 2:
            points = np.concatenate(
                [points, np.full((1, *grid.sides), grid.height, "float32")]
            )
        places = (points - self.corner.reshape(3, *[1] * grid.rank)) / VOXEL
        return {
            name: _at(name, volume, places) for name, volume in self.volumes.items()
        }


@lru_cache(maxsize=8)
def maps_on(grid: Grid) -> dict[str, Array]:
    """The template's maps on a grid, computed once per process."""
    return Template().on(grid)


def _at(name, volume, places):
    far = FAR.get(name, 0.0)
    return ndimage.map_coordinates(
        volume, places, order=1, mode="constant", cval=far
    ).astype("float32")


def _volumes():
    """The template and what is derived from it, kept in the user's cache."""
    path = cache_folder("phantoms") / DERIVED
    return _kept(path) or _made(path)


def _kept(path):
    try:
        with np.load(path) as kept:
            return dict(kept)
    except (
        OSError,
        ValueError,
        EOFError,
        zipfile.BadZipFile,
    ):  # none yet, or one that is damaged
        return None


def _made(path):
    with (
        resources.files(__package__).joinpath(FILE).open("rb") as file,
        np.load(file) as stored,
    ):
        volumes = _derived(stored)
    temporary = path.with_name(f"{os.getpid()}-{path.name}")
    try:
        np.savez(temporary, **volumes)
        temporary.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    return volumes


def _derived(stored):
    t1, gm, wm = (
        _lengthened(stored[name].astype("float32") / 255) for name in ("t1", "gm", "wm")
    )
    brain = ndimage.binary_fill_holes(t1 > 0)
    corner = (stored["affine"][:3, 3] - (0, 0, BELOW * VOXEL)).astype("float32")
    ventricles = _signed(_ventricles(t1, gm + wm, brain, corner))
    maps = {
        "t1": t1,
        "gm": gm,
        "wm": wm,
        "brain": brain.astype("float32"),
        "ventricles": ventricles,
    }
    return {**maps, "hull": _hull(brain), "corner": corner}


def _lengthened(volume):
    return np.pad(volume, [(0, 0), (0, 0), (BELOW, 0)])


def _hull(brain):
    """Signed distance to what the skull encloses: the brain and clefts that no ball can enter."""
    grown = _distance(~brain) <= HULL
    closed = _distance(grown) > HULL
    return ndimage.gaussian_filter(_signed(closed | brain), SMOOTH / VOXEL)


def _ventricles(t1, tissue, brain, corner):
    dark = (tissue < 0.5) & (t1 < 0.62) & (_distance(brain) > DEEP)
    for axis, (low, high) in enumerate(BOX):
        places = corner[axis] + VOXEL * np.arange(t1.shape[axis])
        inside = (places > low) & (places < high)
        dark &= np.expand_dims(inside, without(range(3), [axis]))
    parts, _ = ndimage.label(dark)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return sizes[parts] >= LEAST


def _signed(inside):
    """Millimetres to the edge, negative inside."""
    return _distance(~inside) - _distance(inside)


def _distance(inside):
    """Millimetres to the nearest voxel outside, less half a voxel: to its edge."""
    return np.maximum(
        ndimage.distance_transform_edt(inside) * VOXEL - VOXEL / 2, 0.0
    ).astype("float32")
