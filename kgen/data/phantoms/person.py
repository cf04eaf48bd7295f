"""What is written of one person: scanner images, an image to look at, and the row of the table."""

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from PIL import Image as Picture

from kgen.data.phantoms import truth
from kgen.data.phantoms.brain import Brain
from kgen.data.phantoms.brains import Brains
from kgen.names import without
from kgen.types import Array

CLASSES = "control", "disease"
PARTS = "ventricle", "cortex", "hippocampus"
MOVED = "wall_mm", "thinning_mm", "hippocampal_loss"
TRUE = "true_"
LATENTS = [f"{TRUE}z_{part}" for part in PARTS]
# all other true columns are measured
INTENDED = [*LATENTS, *(f"{TRUE}{moved}" for moved in MOVED)]
MOVE = "ct_right_mm", "ct_front_mm", "ct_up_mm"  # they say nothing of the brain itself
TUMOUR = "tumour_area_mm2", "tumour_volume_mm3"  # they say nothing of the classes
WHITE = 220.0  # grey levels of a brightness of 1


def written(
    out: Path, subject: str, brain: Brain, brains: Brains, ct: bool
) -> dict[str, Any]:
    """Writes the files of a person of ``Brains`` into a folder; returns the row of the table."""
    pixels = brains.pixels
    grey, label = grey_levels(brain.image), CLASSES[brain.label]
    images = {"file": ("t1", grey), "tissue": ("tissue", brain.tissue)}
    if ct:
        images["ct"] = ("ct", np.rint(brain.ct).astype("int16"))
    if pixels.rank == 2:
        _save_picture(out / "png" / label / f"{subject}.png", grey)
    paths = {}
    for column, (folder, values) in images.items():
        paths[column] = _save(out, f"{folder}/{subject}.nii.gz", values, pixels)
    told = {
        "subject": subject,
        "label": label,
        "age": int(10 * brain.age) / 10,
        "sex": brain.sex,
    }
    told = {"file": paths.pop("file"), **told, **paths}
    return {**told, **_moved(brain, brains), **_true(brain, brains)}


def grey_levels(image: Array) -> Array:
    """A T1-weighted image as bytes."""
    return np.clip(np.rint(WHITE * image), 0, 255).astype("uint8")


def upright(image: Array) -> Array:
    """A slice (x, y) as radiologists look at it: the front above, the right hand on the left."""
    return np.ascontiguousarray(image.T[::-1, ::-1])


def _moved(brain, brains):
    """How far the CT is off, if it is."""
    if not brains.misaligned:
        return {}
    return dict(zip(MOVE, brain.ct_move.round(3).tolist(), strict=False))


def _true(brain, brains):
    """The columns of the truth."""
    measured = {}
    for name in without(brain.measures, TUMOUR):
        measured[f"{TRUE}{name}"] = round(brain.measures[name], 3)
    intended = [*brain.latents.tolist(), *truth.millimetres(brain.latents)]
    found = measured | dict(zip(INTENDED, np.round(intended, 4).tolist(), strict=True))
    return {**_tumour(brain, brains.pixels), **found} if brains.tumours else found


def _tumour(brain, pixels):
    """Whether there is a tumour, and how large it is."""
    name = TUMOUR[pixels.rank - 2]
    size = brain.measures.get(name, 0.0)
    return {"tumour": int(size > 0), name: round(size, 3)}


def _save(out, name, values, pixels):
    path = out / name
    path.parent.mkdir(exist_ok=True)
    image = nibabel.Nifti1Image(
        values if values.ndim == 3 else values[..., None], pixels.affine
    )
    image.header.set_xyzt_units("mm")
    nibabel.save(image, path)
    return name


def _save_picture(path, grey):
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture.fromarray(upright(grey)).save(path)
