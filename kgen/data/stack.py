from typing import NamedTuple, Self

import h5py
import numpy as np

from kgen import checks
from kgen.data.array_faults import of_people, of_values
from kgen.data.data import Data
from kgen.data.faults import Fault
from kgen.data.fold import Fold
from kgen.data.image_rows import ImageRows, X
from kgen.data.measured import check_anatomy, described
from kgen.data.naming import registered
from kgen.data.ordered import Order
from kgen.data.subjects import SUBJECT
from kgen.data.tiles.opening import opened
from kgen.data.tiles.storage import memory_bytes
from kgen.types import Location

Y = "y"


class Stack(NamedTuple):
    """The arrays beside the images at the top of an HDF5 file: y and facts, one value per row.

    Args:
        length: int, n, the number of images.
        y: array (n,), or ``None``.
        facts: dict of arrays (n,).
    """

    length: int
    y: np.ndarray | None
    facts: dict

    @classmethod
    def of(cls, path: Location, name: str, subject: str) -> Self:
        """The arrays of a file; raises if it has no x, or arrays of another length."""
        with opened(path) as file:
            stored = {
                key: item
                for key, item in file.items()
                if isinstance(item, h5py.Dataset)
            }
            _check_x(name, stored, list(file))
            count = len(stored.pop(X))
            beside = {}
            for key, item in stored.items():
                beside[key] = _column(name, key, item, count)
        if subject != SUBJECT and subject not in beside:
            raise ValueError(
                f"subject={subject!r}: {name} has no such array.{checks.hint(subject, beside)}"
            )
        y = beside.pop(Y, None)
        facts = {}
        for key, part in beside.items():
            facts[SUBJECT if key == subject else key] = part
        return cls(count, y, facts)


def read(
    argument: str, name: str, y: str | None = None, unit: str | None = None, subject: str = SUBJECT,
    low: float | None = None, high: float | None = None, memory: str = "2GB",
    fold: int | None = None, folds: int = 5, pixel: float | None = None, anatomy: str | None = None,
    flip: bool = False,
) -> Data:  # fmt: skip
    """Images x, one per row, from the top of an HDF5 file, with their classes or numbers y.

    Other arrays are facts.

    Args:
        y: what y is: label or number; by default what it looks like.
        unit: of numbers y, such as years.
        subject: the array that says whose each row is; no subject is in two splits.
        low: the value of black, where images are not bytes or floats from 0 to 1.
        high: the value of white.
        memory: how much memory images may take, such as 512MB; larger sets are read from the cache
            as needed.
        fold: the fold that is the test, from 0; folds are parts of all subjects, balanced in
            classes and ages.
        folds: how many folds there are.
        pixel: millimetres per pixel, for measures in millimetres.
        anatomy: what the images show: brain.
        flip: whether training mirrors a random half of the images left to right.
    """
    check_anatomy(anatomy)
    stack = Stack.of(argument, name, subject)
    values, fields = _target(name, stack, y, unit)
    order = Order.of(
        name, stack.length, values, fields, stack.facts, Fold.of(fold, folds)
    )
    x = ImageRows.of(argument).read(order.rows, memory_bytes(memory))
    field = registered(f"{name}: x", x, None, low=low, high=high)
    return described(order.data(x, field), pixel, anatomy, flip)


def faults(
    argument: str,
    name: str,
    y: str | None,
    unit: str | None,
    subject: str,
    anatomy: str | None,
    **_: object,
) -> list[Fault]:
    """All faults of the rows; the parameters are those of ``read``."""
    stack = Stack.of(argument, name, subject)
    fields = _target(name, stack, y, unit)[1]
    labels = stack.y if Y in fields and fields[Y].noun == "label" else None
    found = of_people(name, labels, stack.facts.get(SUBJECT))
    with opened(argument) as file:
        for rows in ImageRows.of(argument).pieces("Checking images"):
            classes = None if labels is None else labels[rows]
            found += of_values(
                f"x, from row {rows.start}", file[X][rows], classes, anatomy=anatomy
            )
    return found


def _target(name, stack, y, unit):
    """The values and the field of y, by its name; none without y."""
    if stack.y is None:
        return {}, {}
    return {Y: stack.y}, {Y: registered(f"{name}: y", stack.y, y, unit=unit)}


def _check_x(name, stored, there):
    if X not in stored or stored[X].ndim < 3:
        raise ValueError(
            f"{name} holds {checks.few(there) or 'nothing'} at its top; images x of shape (n, "
            "height, width) are needed. Tiles of large images in groups are read as hdf5:FILE."
        )


def _column(name, key, item, count):
    """One value per row, whatever the number of axes of length 1; words stay words."""
    if len(item) != count or item.size != count:
        raise ValueError(
            f"{name}: {key!r} has the shape {item.shape}; give one value for each of {count} "
            "images."
        )
    values = item.asstr()[...] if h5py.check_string_dtype(item.dtype) else item[...]
    return values.reshape(-1)
