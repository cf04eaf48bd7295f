"""What is known of images beside their values: millimetres per pixel, and what they show."""

from dataclasses import replace

from kgen import checks
from kgen.data.data import Data
from kgen.data.subjects import SUBJECT
from kgen.data.unpaired import UnpairedSplit
from kgen.names import without

ANATOMIES = ("brain",)
NO_SUBJECTS = (
    "no subject column: slices of one person may be in two splits, and a result on the test may "
    "tell of people that training has seen. Say whose each image is."
)


def described(
    data: Data,
    pixel: float | None = None,
    anatomy: str | None = None,
    flip: bool = False,
    of_people: bool = False,
) -> Data:
    """A data set with its pixel size and anatomy; notes where images of people lack subjects.

    With ``flip``, streams of the training split mirror a random half of the images left to right.
    """
    check_anatomy(anatomy)
    warned = (of_people or anatomy is not None) and not _knows_subjects(data.train)
    notes = (*data.notes, NO_SUBJECTS) if warned else data.notes
    train = _flipped(data) if flip else data.train
    return replace(
        data, train=train, spacing=_spacing(data, pixel), anatomy=anatomy, notes=notes
    )


def check_anatomy(anatomy: str | None) -> None:
    """Raises for an anatomy that is not known; sources call it before they read images."""
    if anatomy is not None:
        checks.check_known("anatomy", anatomy, ANATOMIES)


def _flipped(data):
    """The training split with images to flip; raises if a field beside x would need it too."""
    if len(data.image_shape) < 3:
        raise ValueError(
            f"flip=true: {data.name} holds {data.fields['x']}, which have no left. Leave it out."
        )
    placed = []
    for name in without(data.fields, ["x"]):
        if len(data.fields[name].shape) > 1:
            placed.append(name)
    if placed:
        told = (
            f"flip=true: {data.name} has {', '.join(placed)} beside x, "
            "which would stay as they are."
        )
        raise ValueError(f"{told} Leave it out.")
    return replace(data.train, flip=True)


def _knows_subjects(split):
    parts = split.domains.values() if isinstance(split, UnpairedSplit) else [split]
    return all(SUBJECT in part.facts for part in parts)


def _spacing(data, pixel):
    if pixel is None:
        return None
    checks.check_positive(pixel=pixel)
    first = next(iter(data.fields.values()))
    axes = len(first.shape) - 1
    if axes not in (2, 3):
        raise ValueError(
            f"pixel={pixel}: {data.name} holds {first}, which have no pixels. Leave it out."
        )
    return (float(pixel),) * axes
