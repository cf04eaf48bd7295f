"""Masks of scans from the shares of their classes, which blend where patches overlap."""

from typing import TYPE_CHECKING

import numpy as np

from kgen.types import Array

if TYPE_CHECKING:
    from kgen.fields import Field, Mask


def likeliest(field: "Mask", shares: Array) -> Array:
    """The stored numbers of the classes with the greatest shares (…, classes), as a file's."""
    return np.asarray(field.values)[shares.argmax(axis=-1)].astype("int16")


def is_mask(field: "Field") -> bool:
    """Whether a field holds classes of points."""
    from kgen.fields import Mask  # needs Keras, which lists of options do without

    return isinstance(field, Mask)
