"""Random patches of large images, so that networks see all of them, edges and air included."""

from dataclasses import replace

import numpy as np

from kgen import checks
from kgen.checks import by
from kgen.data.data import Data
from kgen.data.split import at
from kgen.data.unpaired import UnpairedSplit
from kgen.fields import Grid
from kgen.types import Array, Shape

SPLITS = "train", "validation", "test"


def in_patches(data: Data, patch: Shape, patches: int) -> Data:
    """A copy with so many random patches of every image; those of a pair show the same place.

    The statistics of the fields stay those of the whole images.

    Args:
        data: ``Data`` of images or volumes, and of targets or masks on their grid.
        patch: tuple, the sides of a patch.
        patches: int ≥ 1, per image.

    Raises:
        ValueError: for a side that is not between 4 and that of the images.
    """
    (patches,) = checks.check_sizes(patches=patches)
    whole = next(iter(data.fields.values())).shape[:-1]
    _check_fits(data.name, patch, whole)
    parts = {}
    for seed, split in enumerate(SPLITS):
        parts[split] = _of_split(getattr(data, split), patch, patches, seed)
    told = checks.counted(patches, "random patch", "es")
    note = f"{told} of {by(patch)} points of every image"
    return replace(data, **parts, notes=(*data.notes, note))


def _check_fits(name, patch, whole):
    fits = [4 <= side <= most for side, most in zip(patch, whole, strict=True)]
    if not all(fits):
        raise ValueError(
            f"patch={by(patch)} is not between 4 and the sides of the images of {name}, "
            f"{by(whole)}."
        )


def _of_split(split, cut, patches, seed):
    if isinstance(split, UnpairedSplit):
        domains = {}
        for number, (name, own) in enumerate(split.domains.items()):
            domains[name] = _of_split(own, cut, patches, seed + len(SPLITS) * number)
        return UnpairedSplit(domains)
    rows = np.repeat(np.arange(len(split)), patches)
    values, fields = {}, dict(split.fields)
    for name, field in fields.items():
        if isinstance(field, Grid):
            begins = _begins(field.shape[:-1], cut, len(rows), seed)
            values[name] = _cut(split[name], rows, begins, cut)
            fields[name] = field.replaced(shape=(*cut, field.shape[-1]))
        else:
            values[name] = split[name][rows]
    return replace(split, values=values, fields=fields, facts=at(split.facts, rows))


def _begins(whole: Shape, cut: Shape, count: int, seed: int) -> Array:
    """Random first points (count, axes) of patches; the same seed gives the same ones."""
    free = np.subtract(whole, cut)
    return np.random.default_rng(seed).integers(0, free + 1, (count, len(cut)))


def _cut(values: Array, rows: Array, begins: Array, cut: Shape) -> Array:
    """The patches (n, …) of the rows."""
    patches = np.empty((len(rows), *cut, values.shape[-1]), values.dtype)
    for number, (row, begin) in enumerate(zip(rows, begins, strict=True)):
        place = tuple(map(slice, begin, begin + cut))
        patches[number] = values[(row, *place)]
    return patches
