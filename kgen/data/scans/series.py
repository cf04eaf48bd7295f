from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from kgen.data.data import Data
from kgen.data.faults import Fault, Faulty, check_none
from kgen.data.ordered import Order
from kgen.data.scans.cohort import Cohort
from kgen.data.scans.cut import Cut
from kgen.data.scans.framing import Framing
from kgen.data.scans.partners import Partners
from kgen.data.scans.preparing import prepared
from kgen.fields import Image, Numeric, Volume

WHAT = {
    "z": "axial slices",
    "y": "coronal slices",
    "x": "sagittal slices",
    "none": "volumes",
}


class Series(NamedTuple):
    """The images of a cohort in the order of its splits.

    Args:
        order: ``Order`` of the rows.
        images: array (n, …, 1).
        field: ``Image`` or ``Volume`` of these.
        partner: array and field of the second files, or ``None``.
        pixel: float, millimetres.
        notes: tuple of str.
    """

    order: Order
    images: np.ndarray
    field: Numeric
    partner: tuple | None
    pixel: float
    notes: tuple

    @classmethod
    def of(
        cls,
        cohort: Cohort,
        order: Order,
        cut: Cut,
        framing: Framing,
        memory: int,
        faults: Sequence[Fault],
        target: str | None,
        window: str | None,
    ) -> Self:
        """The images of all files; raises with the known faults and those of every file."""
        # Whole volumes are cached split after split: each split is then a slice without a copy.
        rows = order.rows if cut.whole else np.arange(len(cohort.files))
        files = [cohort.files[row] for row in rows]
        paths = [cohort.partners[row] for row in rows] if cohort.partners else None
        partners = Partners.of(paths, target, window)
        found = _read(cohort.name, files, cut, framing, memory, faults, partners)
        images = _taken(found.images, order, cut)
        others = _taken(found.partners, order, cut)
        field = (Volume if cut.whole else Image).of(images, f"{cohort.name}: x")
        if partners:
            places = np.arange(len(rows)) if cut.whole else order.rows
            check_none(cohort.name, partners.check(others, places, cohort.name))
        partner = partners and (others, partners.field(others, cohort.name))
        notes = (
            *cohort.notes,
            _seen(cut, images.shape[1:-1], found.pixel),
            *map(str, found.told),
        )
        notes += partners.told(found.clipped) if partners else ()
        return cls(order, images, field, partner, found.pixel, notes)

    def data(self) -> Data:
        """The data set of these images."""
        return self.order.data(
            self.images,
            self.field,
            self.notes,
            {"y": self.partner} if self.partner else {},
        )


def _read(name, files, cut, framing, memory, faults, partners):
    """The ``Prepared`` of files; raises with every fault of the table and of the files."""
    try:
        found = prepared(name, files, cut, framing, memory, partners)
    except Faulty as error:
        raise Faulty(name, [*faults, *error.faults]) from error
    check_none(name, [*faults, *found.told])
    return found


def _taken(array, order, cut):
    """An array in the order of the splits; whole volumes already are."""
    return array if array is None or cut.whole else array[order.rows]


def _seen(cut, shape, pixel):
    """A note on what the images show."""
    place = f" at {cut.millimetre:g} mm" if cut.millimetre is not None else ""
    place = f" at index {cut.index}" if cut.index is not None else place
    side = (
        "seen from the left" if cut.axis == "x" else "the patient's right at the left"
    )
    size = "×".join(map(str, shape))
    return f"x: {WHAT[cut.axis]}{place} of {size} pixels of {pixel:g} mm, {side}."
